using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Cold.Tests.Analytics;

/// <summary>Against a server that answers as AWS Glue's documentation says, and checks signatures.</summary>
public sealed class GlueSecondCatalogTests : IAsyncLifetime, IDisposable
{
    private static readonly TableIdentifier Sales = new("default", "sales");

    private readonly ConcurrentDictionary<string, JsonObject> _tables = new();
    private readonly ConcurrentQueue<(string Operation, JsonObject Body)> _asked = new();
    private readonly HttpClient _client = new();
    private TestRestServer _server = null!; // set before each test

    public async Task InitializeAsync()
    {
        _server = await TestRestServer.StartAsync();
        _server.Before = async context =>
        {
            await AnswerAsync(context);
            return true;
        };
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Point_NewAndKnownTable_NamesItsMetadataFile()
    {
        var glue = Open();
        await glue.EnsureNamespaceAsync("default", CancellationToken.None);
        await glue.EnsureNamespaceAsync("default", CancellationToken.None);
        Assert.Null(await glue.FindAsync(Sales, CancellationToken.None));

        await glue.PointAsync(Table("s3://lake/sales/metadata/1.json"), null, CancellationToken.None);
        var first = await glue.FindAsync(Sales, CancellationToken.None);
        await glue.PointAsync(Table("s3://lake/sales/metadata/2.json"), first, CancellationToken.None);

        Assert.Equal(new SecondTable("s3://lake/sales/metadata/1.json", "s3://lake/sales"), first);
        Assert.Equal(new SecondTable("s3://lake/sales/metadata/2.json", "s3://lake/sales"), await glue.FindAsync(Sales, CancellationToken.None));
        var (operation, update) = _asked.Last(asked => asked.Operation is "CreateTable" or "UpdateTable");
        Assert.Equal(("UpdateTable", "123456789012", true), (operation, (string?)update["CatalogId"], (bool?)update["SkipArchive"]));
        var input = update["TableInput"]!;
        Assert.Equal("EXTERNAL_TABLE", (string?)input["TableType"]);
        Assert.Equal(
            """{"table_type":"ICEBERG","metadata_location":"s3://lake/sales/metadata/2.json","previous_metadata_location":"s3://lake/sales/metadata/1.json"}""",
            input["Parameters"]!.ToJsonString());
        Assert.Equal(
            ["id bigint", "at timestamp", "amount decimal(12,2)", "tags array<string>", "place struct<x:double,key:string>", "counts map<string,int>"],
            input["StorageDescriptor"]!["Columns"]!.AsArray().Select(column => $"{column!["Name"]} {column["Type"]}"));

        Assert.True(await glue.DropAsync(Sales, CancellationToken.None));
        Assert.False(await glue.DropAsync(Sales, CancellationToken.None));
    }

    [Theory]
    [InlineData("Sales")]
    [InlineData("sa-les")]
    public async Task Point_NameThatGlueDoesNotTake_SaysSo(string name)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(() => Open().FindAsync(new TableIdentifier("default", name), CancellationToken.None));

        Assert.Equal($"The table '{name}' cannot be in AWS Glue, whose names have lower-case letters, digits and underscores, 252 at most.", error.Message);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Find_NotAllowed_SaysWhatGlueSays()
    {
        _server.Before = async context =>
        {
            await TestRestServer.AnswerAsync(context, 400, """{"__type":"AccessDeniedException","Message":"not authorized to perform: glue:GetTable"}""");
            return true;
        };

        var error = await Assert.ThrowsAsync<IcebergException>(() => Open().FindAsync(Sales, CancellationToken.None));

        Assert.Equal((IcebergErrorKind.AccessDenied, "AWS Glue answered GetTable with 400 AccessDeniedException: not authorized to perform: glue:GetTable"), (error.Kind, error.Message));
    }

    private GlueSecondCatalog Open() => new(
        _server.Address, "eu-central-1", "123456789012", new AwsRequestSigner(new BasicAWSCredentials("AKID", "se/cr+et"), "eu-central-1", TimeProvider.System), _client);

    private static CatalogTable Table(string metadataLocation)
    {
        var schema = new Schema(
            0,
            NestedField.RequiredField(1, "id", IcebergType.Long),
            NestedField.OptionalField(2, "at", IcebergType.Timestamptz),
            NestedField.OptionalField(3, "amount", IcebergType.Decimal(12, 2)),
            NestedField.OptionalField(4, "tags", new ListType(5, IcebergType.String, elementRequired: false)),
            NestedField.OptionalField(6, "place", new StructType(NestedField.OptionalField(7, "x", IcebergType.Double), NestedField.OptionalField(8, "key", IcebergType.Uuid))),
            NestedField.OptionalField(9, "counts", new MapType(10, IcebergType.String, 11, IcebergType.Int, valueRequired: false)));
        return new CatalogTable(
            Sales, metadataLocation,
            TableMetadataChanges.Create(Guid.NewGuid(), "s3://lake/sales", schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], 0));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        var fault = await SignatureCheck.FindFaultAsync(context.Request, "AKID", "se/cr+et", "glue", "eu-central-1");
        context.Request.Body.Position = 0;
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var operation = context.Request.Headers["X-Amz-Target"].ToString()["AWSGlue.".Length..];
        var isFirst = _asked.All(asked => asked.Operation != operation);
        _asked.Enqueue((operation, body));
        var name = (string?)body["Name"] ?? (string?)body["TableInput"]?["Name"] ?? "";
        var (status, answer) = (fault, operation) switch
        {
            ({ } wrong, _) => (403, $$"""{"__type":"InvalidSignatureException","Message":"{{wrong.ReplaceLineEndings(" ")}}"}"""),
            (_, "CreateDatabase") => isFirst ? (200, "{}") : (400, """{"__type":"aws.glue#AlreadyExistsException","Message":"Database already exists."}"""),
            (_, "GetTable") when _tables.TryGetValue(name, out var table) => (200, new JsonObject { ["Table"] = table.DeepClone() }.ToJsonString()),
            (_, "CreateTable" or "UpdateTable") => Keep(name, body["TableInput"]!.AsObject()),
            (_, "DeleteTable") when _tables.TryRemove(name, out _) => (200, "{}"),
            _ => (400, """{"__type":"EntityNotFoundException","Message":"Entity Not Found"}"""),
        };
        await TestRestServer.AnswerAsync(context, status, answer);
    }

    private (int Status, string Answer) Keep(string name, JsonObject table)
    {
        _tables[name] = (JsonObject)table.DeepClone();
        return (200, "{}");
    }
}
