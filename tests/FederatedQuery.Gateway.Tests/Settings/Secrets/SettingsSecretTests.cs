using Amazon.Runtime;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Gateway.Settings.Secrets;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Gateway.Tests.Settings.Secrets;

/// <summary>Against a server that speaks Secrets Manager's protocol and checks signatures.</summary>
public sealed class SettingsSecretTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _said = [];
    private SecretsManagerServer _server = null!; // set before each test

    public async Task InitializeAsync()
    {
        _server = await SecretsManagerServer.StartAsync();
        _server.Text = """{"POSTGRES_PASSWORD": "hunter2"}""";
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("session/token+==")]
    public async Task Read_SecretThatIsThere_IsALayerOfSettings(string? sessionToken)
    {
        var secret = Open(credentials: sessionToken is null ? null : new SessionAWSCredentials(SecretsManagerServer.AccessKeyId, SecretsManagerServer.SecretAccessKey, sessionToken));

        await secret.ReadPatientlyAsync(Patience, SayAsync, CancellationToken.None);
        var first = secret.Layer;
        _server.Text = """{"password": "hunter3"}""";
        await secret.ReadAsync(CancellationToken.None);

        Assert.Equal(("secret federatedquery/db", "hunter2"), (first.Origin, first.Values["POSTGRES_PASSWORD"]));
        Assert.Equal("hunter3", secret.Layer.Values["POSTGRES_PASSWORD"]);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task ReadPatiently_ServiceThatIsAwayAtFirst_IsAskedAgain()
    {
        _server.Before = async context =>
        {
            switch (_server.Count)
            {
                case 1:
                    context.Abort();
                    return true;
                case 2:
                    await SecretsManagerServer.RefuseAsync(context, 400, "ThrottlingException", "Rate exceeded");
                    return true;
                case 3:
                    context.Response.StatusCode = 503;
                    return true;
                default:
                    return false;
            }
        };
        var secret = Open();

        await secret.ReadPatientlyAsync(Patience, SayAsync, CancellationToken.None);

        Assert.Equal("hunter2", secret.Layer.Values["POSTGRES_PASSWORD"]);
        Assert.Equal(3, _said.Count);
        Assert.All(_said, line => Assert.StartsWith($"AWS Secrets Manager at {_server.Address.Authority} does not give the secret 'federatedquery/db': ", line, StringComparison.Ordinal));
        Assert.EndsWith("400 ThrottlingException: Rate exceeded. The next attempt is in 0.4 s.", _said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadPatiently_ServiceThatNeverAnswers_EndsWithWhatToLookAt()
    {
        var end = new TaskCompletionSource();
        _server.Before = async context =>
        {
            await end.Task.WaitAsync(context.RequestAborted);
            return true;
        };

        var error = await Assert.ThrowsAsync<FormatException>(
            () => Open(timeout: TimeSpan.FromMilliseconds(300)).ReadPatientlyAsync(TimeSpan.FromSeconds(1), SayAsync, CancellationToken.None));

        end.SetResult();
        Assert.Equal(
            $"AWS Secrets Manager at {_server.Address.Authority} does not give the secret 'federatedquery/db': there was no answer within 0.3 s. It was tried for 1 s (STARTUP_TIMEOUT); check AWS_REGION, the way to the endpoint, and AWS_SECRET_NAME.",
            error.Message);
    }

    [Fact]
    public async Task ReadPatiently_NoSuchSecret_SaysSoAtOnce()
    {
        var error = await ReadWrongAsync(Open("other"));

        Assert.Equal("AWS_SECRET_NAME is 'other', and there is no such secret in eu-central-1: Secrets Manager can't find the specified secret.", error);
    }

    [Fact]
    public async Task ReadPatiently_OtherCredentials_SaysThatItMayNotBeRead()
    {
        var error = await ReadWrongAsync(Open(credentials: new BasicAWSCredentials(SecretsManagerServer.AccessKeyId, "other")));

        Assert.StartsWith("AWS_SECRET_NAME is 'federatedquery/db', which could not be read: InvalidSignatureException: The signature does not fit", error, StringComparison.Ordinal);
        Assert.EndsWith("(needed: secretsmanager:GetSecretValue on the secret, and kms:Decrypt where its key is your own).", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "AccessDeniedException", "AWS_SECRET_NAME is 'federatedquery/db', which could not be read: AccessDeniedException: no. ")]
    [InlineData(403, "Other", "AWS_SECRET_NAME is 'federatedquery/db', which could not be read: 403 Other: no. ")]
    [InlineData(400, "InvalidRequestException", "AWS Secrets Manager answered 400 InvalidRequestException to the request for 'federatedquery/db' (AWS_SECRET_NAME): no.")]
    public async Task ReadPatiently_Refused_SaysWhatAwsSays(int status, string type, string start)
    {
        _server.Before = async context =>
        {
            await SecretsManagerServer.RefuseAsync(context, status, type, "no.");
            return true;
        };

        Assert.StartsWith(start, await ReadWrongAsync(Open()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadPatiently_NoTextOrNoSecretsManager_SaysSo()
    {
        _server.Text = null;
        Assert.Equal(
            """The secret 'federatedquery/db' (AWS_SECRET_NAME) holds no text; it must hold a JSON object, such as {"POSTGRES_PASSWORD": "..."}.""", await ReadWrongAsync(Open()));

        _server.Before = async context =>
        {
            await context.Response.WriteAsync("<html>");
            return true;
        };
        Assert.Equal($"What answers at {_server.Address} is not AWS Secrets Manager, which was asked for the secret 'federatedquery/db'.", await ReadWrongAsync(Open()));
    }

    [Fact]
    public async Task Read_BrokenAfterARightOne_LeavesWhatWasRead()
    {
        var secret = Open();
        await secret.ReadAsync(CancellationToken.None);
        _server.Text = "{";

        await Assert.ThrowsAsync<FormatException>(() => secret.ReadAsync(CancellationToken.None));

        Assert.Equal("hunter2", secret.Layer.Values["POSTGRES_PASSWORD"]);
    }

    [Theory]
    [InlineData("db", "eu-west-1", null, null, "eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com/")]
    [InlineData("db", "cn-north-1", null, " ", "cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn/")]
    [InlineData("arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-a1b2c3", "eu-west-1", null, null, "eu-north-1", "https://secretsmanager.eu-north-1.amazonaws.com/")]
    [InlineData("db", "eu-west-1", "http://127.0.0.1:4566", null, "eu-west-1", "http://127.0.0.1:4566/")]
    [InlineData("db", "eu-west-1", "http://127.0.0.1:4566", "http://127.0.0.1:1/x", "eu-west-1", "http://127.0.0.1:1/x")]
    public void Of_NameAndEnvironment_IsTheEndpointOfItsRegion(string name, string region, string? all, string? own, string expectedRegion, string expected)
    {
        var address = SecretAddress.Of(name, region, variable => variable == "AWS_ENDPOINT_URL" ? all : own);

        Assert.Equal((expectedRegion, expected), (address.Region, address.Endpoint.ToString()));
    }

    [Fact]
    public void Of_EndpointThatIsNoAddress_NamesTheVariable()
    {
        var error = Assert.Throws<FormatException>(() => SecretAddress.Of("db", "eu-west-1", _ => "vpce"));

        Assert.StartsWith("AWS_ENDPOINT_URL_SECRETS_MANAGER is 'vpce'; it must be an address such as ", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> ReadWrongAsync(SettingsSecret secret)
    {
        var before = _server.Count;
        var error = await Assert.ThrowsAsync<FormatException>(() => secret.ReadPatientlyAsync(Patience, SayAsync, CancellationToken.None));
        Assert.Equal(before + 1, _server.Count);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private Task SayAsync(string line)
    {
        _said.Add(line);
        return Task.CompletedTask;
    }

    private SettingsSecret Open(string? name = null, AWSCredentials? credentials = null, TimeSpan? timeout = null)
    {
        var address = new SecretAddress(name ?? _server.Name, SecretsManagerServer.Region, _server.Address);
        var signer = new AwsRequestSigner(
            credentials ?? new BasicAWSCredentials(SecretsManagerServer.AccessKeyId, SecretsManagerServer.SecretAccessKey), address.Region, TimeProvider.System);
        return new SettingsSecret(address.Name, new SecretsManagerClient(address, signer, timeout ?? SecretsManagerClient.DefaultTimeout).GetAsync, TimeProvider.System);
    }
}
