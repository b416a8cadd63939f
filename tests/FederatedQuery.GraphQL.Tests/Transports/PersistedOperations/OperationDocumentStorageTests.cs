using System.Text;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports.PersistedOperations;

/// <summary>What every storage does, and what manifests may look like.</summary>
public sealed class OperationDocumentStorageTests : IDisposable
{
    private const string Document = "{ hello }";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("memory")]
    [InlineData("files")]
    public async Task TryRead_ById_GivesTheDocumentOrNull(string kind)
    {
        IOperationDocumentStorage storage = kind == "memory"
            ? new InMemoryOperationDocuments().Add("x-app:1", Document)
            : new FileSystemOperationDocuments(_folder.FullPath);
        await File.WriteAllTextAsync(_folder.File("x-app%3A1.graphql"), Document);

        Assert.Equal(Document, await ReadAsync(storage, "x-app:1"));
        Assert.Equal(Document, await ReadAsync(storage, "x-app:1"));
        Assert.Null(await ReadAsync(storage, "x-app:2"));
        Assert.Null(await ReadAsync(storage, ".."));
    }

    [Fact]
    public async Task FileSystem_FileAddedLater_IsFound()
    {
        var storage = new FileSystemOperationDocuments(_folder.FullPath);
        Assert.Null(await ReadAsync(storage, "late"));

        await File.WriteAllTextAsync(_folder.File("late.graphql"), Document);

        Assert.Equal(Document, await ReadAsync(storage, "late"));
    }

    [Fact]
    public void FileSystem_NoFolder_Throws() =>
        Assert.Throws<DirectoryNotFoundException>(() => new FileSystemOperationDocuments(_folder.File("none")));

    [Theory]
    [InlineData("""{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","name":"A","type":"query","body":"{ hello }"}]}""")]
    [InlineData("""{"a":"{ hello }"}""")]
    public async Task FromManifest_OfAKnownFormat_HasItsDocuments(string manifest)
    {
        await File.WriteAllTextAsync(_folder.File("manifest.json"), manifest);

        var storage = InMemoryOperationDocuments.FromManifest(_folder.File("manifest.json"));

        Assert.Equal(1, storage.Count);
        Assert.Equal(Document, await ReadAsync(storage, "a"));
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "must be a JSON object, not a Array")]
    [InlineData("""{"a":1}""", "'a' must be the document's text")]
    [InlineData("""{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}""", "version 1")]
    [InlineData("""{"format":"apollo-persisted-query-manifest","version":1}""", "list 'operations'")]
    [InlineData("""{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a"}]}""", "operations[0] must be an object with a string 'body'")]
    public async Task FromManifest_OfNoKnownFormat_SaysWhy(string manifest, string message)
    {
        await File.WriteAllTextAsync(_folder.File("manifest.json"), manifest);

        var exception = Assert.Throws<FormatException>(() => InMemoryOperationDocuments.FromManifest(_folder.File("manifest.json")));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_HashOfAnotherDocument_Throws()
    {
        var documents = new InMemoryOperationDocuments();

        var exception = Assert.Throws<ArgumentException>(() => documents.Add("sha256:" + new string('a', 64), Document));

        Assert.Contains("is not the hash of its document", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_AnotherDocumentUnderTheId_Throws()
    {
        var documents = new InMemoryOperationDocuments().Add("a", Document).Add("a", Document);

        Assert.Throws<ArgumentException>(() => documents.Add("a", "{ other }"));
    }

    /// <summary>The example of the specification's appendix.</summary>
    [Fact]
    public void Add_WithoutId_GivesTheSpecifiedHash() =>
        Assert.Equal(
            "sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b",
            new InMemoryOperationDocuments().Add("query($id:ID!){user(id:$id){name}}"));

    [Theory]
    [InlineData("sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b")]
    [InlineData("sha256:71F7DC5758652BAAC68E4A10C50BE732B741C892ADE2883A99358F52B555286B")]
    [InlineData("sha256:cffcV1hlK6rGjkoQxQvnMrdByJKt4og6mTWPUrVVKGs")]
    public void Parse_HashInAnyForm_IsOneKey(string text)
    {
        Assert.True(DocumentId.TryParse(text, out var id, out _));
        Assert.Equal("71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b", id.Key);
        Assert.True(id.Matches("query($id:ID!){user(id:$id){name}}"u8));
        Assert.False(id.Matches("{ other }"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData(":a")]
    [InlineData("x-:a")]
    [InlineData("x-a:")]
    [InlineData("x-a:b:c")]
    [InlineData("y-a:b")]
    [InlineData("é")]
    [InlineData("sha256:")]
    public void Parse_NotAnIdentifier_IsRefused(string text) => Assert.False(DocumentId.TryParse(text, out _, out _));

    public void Dispose() => _folder.Dispose();

    private static async Task<string?> ReadAsync(IOperationDocumentStorage storage, string id) =>
        await storage.TryReadAsync(id, CancellationToken.None) is { } document ? Encoding.UTF8.GetString(document.Span) : null;
}
