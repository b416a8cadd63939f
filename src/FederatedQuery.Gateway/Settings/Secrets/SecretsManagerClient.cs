using System.Net.Http.Headers;
using System.Text.Json;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>GetSecretValue of AWS Secrets Manager, by its JSON protocol.</summary>
/// <param name="address">Which secret, and where.</param>
/// <param name="signer">Signs requests with what credentials the process has.</param>
/// <param name="timeout">Of one attempt, looking for credentials included.</param>
internal sealed class SecretsManagerClient(SecretAddress address, IRequestSigner signer, TimeSpan timeout)
{
    private const string Service = "secretsmanager";

    /// <summary>A secret has 64 KiB at most, and JSON in JSON needs more room.</summary>
    private const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>What one attempt may take as a rule.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The secret's current version.</summary>
    /// <returns>SecretString: the text that was stored.</returns>
    /// <exception cref="SecretException">There is none, it may not be read, or the service does not answer.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["SecretId"] = address.Name });
        using var tooLong = new CancellationTokenSource(timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address.Endpoint) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
            request.Headers.TryAddWithoutValidation("X-Amz-Target", $"{Service}.GetSecretValue");
            await signer.SignAsync(request, body, Service, address.Region, both.Token);

            // Once in minutes: a connection would not be kept alive that long.
            using var client = new HttpClient();
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, both.Token);
            using var json = Parse(await answer.Content.ReadAsByteArrayAsync(both.Token));
            return answer.IsSuccessStatusCode ? SecretOf(json) : throw Refusal((int)answer.StatusCode, json);
        }
        catch (IcebergException error)
        {
            throw Denied(error.Message, error);
        }
        catch (HttpRequestException error)
        {
            throw Away(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away($"there was no answer within {timeout.TotalSeconds} s", error);
        }
    }

    private string SecretOf(JsonDocument? answer) =>
        Member(answer, "SecretString") ?? throw new SecretException(
            answer?.RootElement.ValueKind == JsonValueKind.Object
                ? $"The secret '{address.Name}' ({SettingsSources.Secret}) holds no text; it must hold a JSON object, such as {{\"POSTGRES_PASSWORD\": \"...\"}}."
                : $"What answers at {address.Endpoint} is not AWS Secrets Manager, which was asked for the secret '{address.Name}'.",
            mayPass: false);

    private SecretException Refusal(int status, JsonDocument? answer)
    {
        // com.amazonaws.secretsmanager#ResourceNotFoundException, or the name alone.
        var type = Member(answer, "__type")?.Split('#')[^1] ?? "";
        var said = Member(answer, "Message") ?? Member(answer, "message") ?? "without a message";
        return type switch
        {
            "ResourceNotFoundException" => new SecretException(
                $"{SettingsSources.Secret} is '{address.Name}', and there is no such secret in {address.Region}: {said}", mayPass: false),
            "ThrottlingException" or "InternalServiceError" or "InternalServiceErrorException" => Away($"{status} {type}: {said}", null),
            "AccessDeniedException" or "UnrecognizedClientException" or "InvalidSignatureException" or "ExpiredTokenException" or "DecryptionFailure" => Denied($"{type}: {said}", null),
            _ when status is 401 or 403 => Denied($"{status} {type}: {said}", null),
            _ when status is 429 or >= 500 => Away($"{status} {type}: {said}", null),
            _ => new SecretException($"AWS Secrets Manager answered {status} {type} to the request for '{address.Name}' ({SettingsSources.Secret}): {said}", mayPass: false),
        };
    }

    private SecretException Denied(string reason, Exception? inner) => new(
        $"{SettingsSources.Secret} is '{address.Name}', which could not be read: {reason} (needed: secretsmanager:GetSecretValue on the secret, and kms:Decrypt where its key is your own).",
        mayPass: false, inner);

    private SecretException Away(string reason, Exception? inner) =>
        new($"AWS Secrets Manager at {address.Endpoint.Authority} does not give the secret '{address.Name}': {reason}", mayPass: true, inner);

    private static string? Member(JsonDocument? json, string name) =>
        json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static JsonDocument? Parse(byte[] answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException)
        {
            // Something else answered, a proxy perhaps; the status says enough.
            return null;
        }
    }
}
