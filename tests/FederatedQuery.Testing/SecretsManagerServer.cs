using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Testing;

/// <summary>Answers GetSecretValue as AWS Secrets Manager's documentation says, over HTTP, and checks signatures.</summary>
public sealed class SecretsManagerServer : IAsyncDisposable
{
    public const string Region = "eu-central-1";
    public const string AccessKeyId = "AKID";
    public const string SecretAccessKey = "se/cr+et";

    private readonly WebApplication _application;
    private int _count;

    private SecretsManagerServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.First());

    /// <summary>The one secret that there is: its name, and its text, which may be changed; null: a secret without a text.</summary>
    public string Name { get; init; } = "federatedquery/db";

    public string? Text { get; set; }

    /// <summary>Requests so far, whatever came of them.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Comes before everything; true when it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>The environment of a process that reads the secret from here.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["AWS_SECRET_NAME"] = Name,
        ["AWS_REGION"] = Region,
        ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = Address.ToString(),
        ["AWS_ACCESS_KEY_ID"] = AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = SecretAccessKey,
        ["AWS_SESSION_TOKEN"] = "",
    };

    public static async Task<SecretsManagerServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var server = new SecretsManagerServer(application);
        application.Run(server.HandleAsync);
        await application.StartAsync();
        return server;
    }

    /// <summary>Refuses a request as AWS does.</summary>
    public static async Task RefuseAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, string> { ["__type"] = type, ["Message"] = message }));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _count);
        if (await Before(context))
        {
            return;
        }

        context.Request.EnableBuffering();
        if (await SignatureCheck.FindFaultAsync(context.Request, AccessKeyId, SecretAccessKey, "secretsmanager", Region) is { } fault)
        {
            await RefuseAsync(context, 400, "InvalidSignatureException", fault);
            return;
        }

        context.Request.Body.Position = 0;
        var asked = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        if (context.Request.Method != "POST" || context.Request.ContentType != "application/x-amz-json-1.1" || context.Request.Headers["X-Amz-Target"] != "secretsmanager.GetSecretValue")
        {
            await RefuseAsync(context, 400, "UnknownOperationException", "");
        }
        else if (asked.GetProperty("SecretId").GetString() != Name)
        {
            await RefuseAsync(context, 400, "com.amazonaws.secretsmanager#ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        }
        else
        {
            context.Response.ContentType = "application/x-amz-json-1.1";
            var answer = new Dictionary<string, object?> { ["Name"] = Name, ["VersionStages"] = new[] { "AWSCURRENT" }, [Text is null ? "SecretBinary" : "SecretString"] = Text ?? "AAEC" };
            await context.Response.WriteAsync(JsonSerializer.Serialize(answer));
        }
    }
}
