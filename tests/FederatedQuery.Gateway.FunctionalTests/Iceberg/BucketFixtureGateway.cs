using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>The tables lie in the gateway's bucket, beside its own.</summary>
public sealed class BucketFixtureGateway : FixtureGateway
{
    private const string Prefix = "fixtures";
    private const int Uploads = 8;

    /// <summary>Where they are: <c>s3://bucket/prefix</c>.</summary>
    public string Place { get; private set; } = "";

    /// <summary>That also holds their copies in other buckets.</summary>
    public S3Server Server { get; } = new();

    protected override string? Missing => S3Server.Missing ?? SharedMaterial.Missing;

    /// <summary>Copies files of the fixtures into a bucket.</summary>
    /// <param name="folder">Relative to theirs.</param>
    /// <returns>The place of the copy, below which they have the same paths.</returns>
    public async Task<string> UploadAsync(string bucket, string folder)
    {
        using var store = new S3ObjectStore(Server.OptionsFor(bucket), TimeProvider.System);
        await Parallel.ForEachAsync(
            Directory.EnumerateFiles(Path.Combine(Folder, folder), "*", SearchOption.AllDirectories),
            new ParallelOptions { MaxDegreeOfParallelism = Uploads },
            async (file, cancellationToken) => await store.PutAsync(
                $"{Prefix}/{Path.GetRelativePath(Folder, file)}", await File.ReadAllBytesAsync(file, cancellationToken), WriteCondition.None, cancellationToken));
        return $"s3://{bucket}/{Prefix}";
    }

    protected override async Task<(string Place, IReadOnlyDictionary<string, string> Settings)> PrepareAsync()
    {
        await Server.InitializeAsync();
        var bucket = await Server.CreateBucketAsync();
        Place = await UploadAsync(bucket, "tables");
        return (Place, Server.SettingsFor($"s3://{bucket}/lake"));
    }
}
