using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

namespace FederatedQuery.Cold.Analytics;

/// <summary>
/// AWS Glue's Data Catalog, by its own API, since its Iceberg REST endpoint registers no tables that exist: databases are namespaces, and a table's parameters name
/// its metadata file, as Iceberg's Java library has it and as Athena, EMR, Redshift and SageMaker read it.
/// </summary>
/// <param name="endpoint">Such as <c>https://glue.eu-central-1.amazonaws.com/</c>.</param>
/// <param name="region">Of the signatures; null: that of this process.</param>
/// <param name="catalogId">The AWS account's number as a rule.</param>
/// <param name="signer">Signs requests.</param>
/// <param name="client">Without a timeout of its own.</param>
internal sealed class GlueSecondCatalog(Uri endpoint, string? region, string catalogId, IRequestSigner signer, HttpClient client) : ISecondCatalog
{
    private const string Service = "glue";
    private const string MetadataLocation = "metadata_location";
    private const int MaxNameLength = 252;
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    public string Name => $"AWS Glue's catalog {catalogId}";

    public bool NeedsS3 => true;

    public async Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        var database = new JsonObject { ["DatabaseInput"] = new JsonObject { ["Name"] = Checked(name, "namespace") } };
        _ = await CallAsync("CreateDatabase", database, "AlreadyExistsException", cancellationToken);
    }

    public async Task<SecondTable?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        if (await CallAsync("GetTable", Named(identifier), "EntityNotFoundException", cancellationToken) is not { } answer)
        {
            return null;
        }

        var table = answer["Table"];
        return new SecondTable(
            table?["Parameters"]?[MetadataLocation]?.GetValue<string>() ?? "", table?["StorageDescriptor"]?["Location"]?.GetValue<string>());
    }

    public async Task PointAsync(CatalogTable table, SecondTable? known, CancellationToken cancellationToken)
    {
        var identifier = table.Identifier;
        var parameters = new JsonObject { ["table_type"] = "ICEBERG", [MetadataLocation] = table.MetadataLocation };
        if (known is { MetadataLocation.Length: > 0 })
        {
            parameters["previous_metadata_location"] = known.MetadataLocation;
        }

        var columns = table.Metadata.CurrentSchema.Fields.Select(field => (JsonNode)new JsonObject
        {
            ["Name"] = field.Name,
            ["Type"] = GlueTypes.Of(field.Type),
            ["Comment"] = field.Doc,
            ["Parameters"] = new JsonObject
            {
                ["iceberg.field.id"] = field.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["iceberg.field.optional"] = field.Required ? "false" : "true",
                ["iceberg.field.current"] = "true",
            },
        });
        var request = new JsonObject
        {
            ["DatabaseName"] = Checked(identifier.Namespace, "namespace"),
            ["TableInput"] = new JsonObject
            {
                ["Name"] = Checked(identifier.Name, "table"),
                ["TableType"] = "EXTERNAL_TABLE",
                ["Parameters"] = parameters,
                ["StorageDescriptor"] = new JsonObject { ["Location"] = table.Metadata.Location, ["Columns"] = new JsonArray([.. columns]) },
            },
        };
        if (known is not null)
        {
            // Versions of the entry are Glue's own; the snapshots are the table's history.
            request["SkipArchive"] = true;
        }

        _ = await CallAsync(known is null ? "CreateTable" : "UpdateTable", request, expected: null, cancellationToken);
    }

    public async Task<bool> DropAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        await CallAsync("DeleteTable", Named(identifier), "EntityNotFoundException", cancellationToken) is not null;

    private static JsonObject Named(TableIdentifier identifier) => new()
    {
        ["DatabaseName"] = Checked(identifier.Namespace, "namespace"),
        ["Name"] = Checked(identifier.Name, "table"),
    };

    /// <summary>Glue takes more, but Athena does not.</summary>
    private static string Checked(string name, string what) =>
        name.Length <= MaxNameLength && name.All(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
            ? name
            : throw new IcebergException(
                IcebergErrorKind.InvalidValue,
                $"The {what} '{name}' cannot be in AWS Glue, whose names have lower-case letters, digits and underscores, {MaxNameLength} at most.");

    /// <param name="expected">The error that counts as an answer.</param>
    /// <returns>The answer; null: the expected error.</returns>
    private async Task<JsonNode?> CallAsync(string operation, JsonObject message, string? expected, CancellationToken cancellationToken)
    {
        message["CatalogId"] = catalogId;
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"AWSGlue.{operation}");
        await signer.SignAsync(request, body, Service, region, cancellationToken);
        using var timeout = new CancellationTokenSource(RequestTimeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, both.Token);
            var json = await ReadAsync(answer, both.Token);
            if (answer.IsSuccessStatusCode)
            {
                return json ?? new JsonObject();
            }

            // aws.glue#EntityNotFoundException, or the name alone.
            var type = json?["__type"]?.GetValue<string>().Split('#')[^1] ?? "";
            return expected is not null && type == expected ? null : throw Failure(operation, (int)answer.StatusCode, type, json);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new IcebergException(IcebergErrorKind.Unavailable, $"AWS Glue did not answer {operation}: {failure.Message}", failure);
        }
    }

    private static async Task<JsonNode?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException)
        {
            // Something else answered, a proxy perhaps; the status says enough.
            return null;
        }
    }

    private static IcebergException Failure(string operation, int status, string type, JsonNode? json)
    {
        var kind = type switch
        {
            "AccessDeniedException" or "UnrecognizedClientException" or "InvalidSignatureException" or "ExpiredTokenException" => IcebergErrorKind.AccessDenied,
            "EntityNotFoundException" => IcebergErrorKind.NotFound,
            "AlreadyExistsException" => IcebergErrorKind.AlreadyExists,
            "ThrottlingException" or "ConcurrentModificationException" or "OperationTimeoutException" or "InternalServiceException" => IcebergErrorKind.Unavailable,
            _ when status is 401 or 403 => IcebergErrorKind.AccessDenied,
            _ when status >= 500 || status == 429 => IcebergErrorKind.Unavailable,
            _ => IcebergErrorKind.InvalidValue,
        };
        var said = (json?["Message"] ?? json?["message"])?.GetValue<string>();
        return new IcebergException(kind, $"AWS Glue answered {operation} with {status} {type}: {said ?? "without a message"}");
    }
}
