using System.Text;
using FederatedQuery.GraphQL.Transports.PersistedOperations;

namespace FederatedQuery.GraphQL.Tests.Transports.PersistedOperations;

/// <summary>Trusted documents over HTTP, in the ways that clients name them.</summary>
public class PersistedOperationTests(PersistedOperationTests.Hosts hosts) : IClassFixture<PersistedOperationTests.Hosts>
{
    private const string Document = "query Greet($name: String) { hello(name: $name) } query Other { hello(name: \"other\") }";
    private const string Answer = """{"data":{"hello":"Hello, Bob!"}}""";

    private static readonly string Hash = DocumentId.HashOf(Encoding.UTF8.GetBytes(Document));

    [Theory]
    [InlineData("""{"documentId":"sha256:HASH","operationName":"Greet","variables":{"name":"Bob"}}""")]
    [InlineData("""{"documentId":"HASH","operationName":"Greet","variables":{"name":"Bob"},"query":null}""")]
    [InlineData("""{"id":"HASH","operationName":"Greet","variables":{"name":"Bob"}}""")]
    [InlineData("""{"doc_id":"x-app:greet.1","operationName":"Greet","variables":{"name":"Bob"}}""")]
    [InlineData("""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"HASH"}},"operationName":"Greet","variables":{"name":"Bob"}}""")]
    [InlineData("""{"id":7,"query":"{ hello(name: \"Bob\") }"}""")]
    public async Task Post_StoredDocument_IsExecuted(string body) =>
        Assert.Equal((200, Answer), await hosts.Open.PostAsync(body.Replace("HASH", Hash, StringComparison.Ordinal)));

    [Theory]
    [InlineData("/graphql?documentId=sha256:HASH&operationName=Greet&variables={\"name\":\"Bob\"}")]
    [InlineData("/graphql?id=HASH&operationName=Greet&variables={\"name\":\"Bob\"}")]
    [InlineData("/graphql?extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"HASH\"}}&operationName=Greet&variables={\"name\":\"Bob\"}")]
    [InlineData("/graphql/persisted/sha256:HASH?operationName=Greet&variables={\"name\":\"Bob\"}")]
    [InlineData("/graphql/persisted/x-app:greet.1/Greet?variables={\"name\":\"Bob\"}")]
    public async Task Get_StoredDocument_IsExecuted(string path) =>
        Assert.Equal((200, Answer), await hosts.Open.GetAsync(path.Replace("HASH", Hash, StringComparison.Ordinal)));

    [Fact]
    public async Task Post_ToTheDocumentsAddress_TakesVariablesFromTheBody() =>
        Assert.Equal((200, Answer), await hosts.Open.PostAsync("""{"variables":{"name":"Bob"}}""", path: $"/graphql/persisted/{Hash}/Greet"));

    [Fact]
    public async Task Get_StoredMutation_IsNotAllowed()
    {
        var (status, body) = await hosts.Open.GetAsync("/graphql?documentId=x-app:append");

        Assert.Equal(405, status);
        Assert.Contains("METHOD_NOT_ALLOWED", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"documentId":"sha256:abc"}""", "SHA-256 after 'sha256:'", "BAD_REQUEST")]
    [InlineData("""{"documentId":"../secret"}""", "must consist of letters", "BAD_REQUEST")]
    [InlineData("""{"documentId":"md5:abc"}""", "must consist of letters", "BAD_REQUEST")]
    [InlineData("""{"documentId":""}""", "must have 1 to 256 characters, not 0", "BAD_REQUEST")]
    [InlineData("""{"documentId":5}""", "Parameter 'documentId' must be a string, not 5.", "BAD_REQUEST")]
    [InlineData("""{"documentId":"unknown"}""", "No document is stored under the id 'unknown'.", "PERSISTED_QUERY_NOT_IN_LIST")]
    [InlineData("""{"documentId":"unknown","query":"{ hello }"}""", "send one of them", "BAD_REQUEST")]
    [InlineData("""{"documentId":"a","documentId":"b"}""", "given twice", "BAD_REQUEST")]
    public async Task Post_DocumentIdThatCannotBe_IsAnError(string body, string message, string code)
    {
        var (status, answer) = await hosts.Open.PostAsync(body);

        Assert.Equal(400, status);
        Assert.Contains(message, answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NothingStored_IsNotSupported()
    {
        await using var host = await GraphQLTestHost.StartAsync(_ => { });

        var (status, answer) = await host.PostAsync("""{"documentId":"a"}""");

        Assert.Equal(400, status);
        Assert.Contains("PERSISTED_QUERY_NOT_SUPPORTED", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query":"{ hello }"}""", "PERSISTED_QUERY_ID_REQUIRED")]
    [InlineData("""{"query":"{ hello }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"27b3d6ae14aa7b24a1a5a9f3b0b8fe1ba4ac2bb25b9cda3b4bbf7d9f2ac5a53b"}}}""", "PERSISTED_QUERY_ID_REQUIRED")]
    [InlineData("""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"27b3d6ae14aa7b24a1a5a9f3b0b8fe1ba4ac2bb25b9cda3b4bbf7d9f2ac5a53b"}}}""", "PERSISTED_QUERY_NOT_IN_LIST")]
    public async Task Post_OnlyPersistedDocuments_RefusesOthers(string body, string code)
    {
        var (status, answer) = await hosts.Closed.PostAsync(body);

        Assert.Equal(400, status);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OnlyPersistedDocuments_ExecutesStoredOnes() =>
        Assert.Equal((200, Answer), await hosts.Closed.PostAsync("""{"documentId":"greet","variables":{"name":"Bob"}}"""));

    [Fact]
    public async Task Post_StoredDocumentIsNotItsHash_IsNotExecuted()
    {
        var (status, answer) = await hosts.Closed.PostAsync($$"""{"documentId":"sha256:{{new string('a', 64)}}"}""");

        Assert.Equal(500, status);
        Assert.Contains("has another hash", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"documentId":"a"}""")]
    [InlineData("""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"a"}}}""")]
    public async Task Post_StorageFails_IsMasked(string body)
    {
        await using var host = await GraphQLTestHost.StartAsync(server => server.ModifyPersistedOperations(options => options.Storage = new BrokenStorage()));

        var (status, answer) = await host.PostAsync(body);

        Assert.Equal(500, status);
        Assert.Matches("""^\{"errors":\[\{"message":"Internal server error \(([0-9a-f]{32})\)\.","extensions":\{"code":"INTERNAL_SERVER_ERROR","id":"\1"\}\}\]\}$""", answer);
    }

    private sealed class BrokenStorage : IOperationDocumentStorage
    {
        public ValueTask<ReadOnlyMemory<byte>?> TryReadAsync(string documentId, CancellationToken cancellationToken) => throw new IOException("secret path");
    }

    /// <summary>One server that takes stored and other documents, one that takes stored ones only, from files.</summary>
    public sealed class Hosts : IAsyncLifetime, IDisposable
    {
        private readonly FederatedQuery.Testing.TemporaryFolder _folder = new();

        public GraphQLTestHost Open { get; private set; } = new();

        public GraphQLTestHost Closed { get; private set; } = new();

        public async Task InitializeAsync()
        {
            var documents = new InMemoryOperationDocuments().Add("x-app:greet.1", Document).Add("x-app:append", "mutation { append(text: \"a\") }");
            documents.Add(Document);
            Open = await GraphQLTestHost.StartAsync(server => server.ModifyPersistedOperations(options => options.Storage = documents));

            await File.WriteAllTextAsync(_folder.File("greet.graphql"), "query Greet($name: String) { hello(name: $name) }");
            await File.WriteAllTextAsync(_folder.File(new string('a', 64) + ".graphql"), "{ hello }");
            Closed = await GraphQLTestHost.StartAsync(server => server.ModifyPersistedOperations(options =>
            {
                options.Storage = new FileSystemOperationDocuments(_folder.FullPath);
                options.OnlyPersistedDocuments = true;
            }));
        }

        public async Task DisposeAsync()
        {
            await Open.DisposeAsync();
            await Closed.DisposeAsync();
        }

        public void Dispose() => _folder.Dispose();
    }
}
