using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.ObjectStore.Tests.S3;

[RequiresS3]
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreConformanceTests, IClassFixture<S3Server>, IAsyncLifetime
{
    private string _bucket = "";

    public async Task InitializeAsync() => _bucket = await server.CreateBucketAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    // Parts of the least size, so that the suite's larger objects are uploaded in several.
    protected override IObjectStore CreateSut() =>
        new S3ObjectStore(server.OptionsFor(_bucket) with { PartBytes = 5 << 20 }, TimeProvider.System);

    protected override async Task AssertNothingLeftAsync()
    {
        using var client = server.CreateClient();
        var uploads = await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = _bucket });
        Assert.Empty(uploads.MultipartUploads ?? []);
    }
}
