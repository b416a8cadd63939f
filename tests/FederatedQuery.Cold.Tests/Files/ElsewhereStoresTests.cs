using FederatedQuery.Cold.Elsewhere;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing.S3;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Tests.Files;

public sealed class ElsewhereStoresTests(S3Server server) : IClassFixture<S3Server>
{
    /// <summary>A gateway whose own tables lie on local disk reaches buckets by the same settings.</summary>
    [S3Fact]
    public async Task Open_BucketWithoutAnOwnOne_IsReachedByTheSettings()
    {
        var bucket = await server.CreateBucketAsync();
        using var writer = new S3ObjectStore(server.OptionsFor(bucket), TimeProvider.System);
        await writer.PutAsync("a/b/c.txt", "hello"u8.ToArray(), WriteCondition.None, CancellationToken.None);
        using var sut = new ElsewhereStores(Options.Create(new ColdOptions { Buckets = server.OptionsFor("any") }), TimeProvider.System);

        var root = sut.Open($"s3a://{bucket}/a");

        var found = new ObjectStoreRegistry(root!).Resolve($"s3://{bucket}/a/b/c.txt");
        Assert.Equal(5, (await found.Store.HeadAsync(found.Key, CancellationToken.None)).Length);
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => found.Store.DeleteAsync([found.Key], CancellationToken.None));
        Assert.Equal(ObjectStoreErrorKind.AccessDenied, error.Kind);
    }
}
