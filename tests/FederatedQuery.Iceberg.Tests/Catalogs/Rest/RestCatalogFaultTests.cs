using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

/// <summary>Commits through a connection that fails: each is made once, or said not to be.</summary>
public class RestCatalogFaultTests : IAsyncLifetime
{
    private TestRestServer _server = null!; // set before each test
    private FaultProxy _proxy = null!; // set before each test
    private RestCatalog _catalog = null!; // set before each test

    public async Task InitializeAsync()
    {
        _server = await TestRestServer.StartAsync();
        _proxy = await FaultProxy.StartAsync(_server.Address);
        _catalog = Open();
        await _catalog.CreateNamespaceAsync("logs", ImmutableDictionary<string, string>.Empty, default);
        await _catalog.CreateTableAsync(
            CatalogFixture.Events, new NewTable { Schema = CatalogFixture.EventsSchema, PartitionSpec = CatalogFixture.ByDay }, default);
    }

    public async Task DisposeAsync()
    {
        _catalog.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(Fault.LostAnswer)]
    [InlineData(Fault.CutBody)]
    [InlineData(Fault.TruncatedBody)]
    [InlineData(Fault.CutBefore)]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.SlowDown)]
    public async Task CommitAsync_AnswerFails_IsMadeOnce(Fault fault)
    {
        _proxy.FailNext(fault, IsCommit);
        await CommitAsync(_catalog, new AppendFiles([CatalogFixture.DataFile("a")]));
        _proxy.FailNext(fault, IsCommit);
        await CommitAsync(_catalog, new MetadataChange(table => table.WithCurrentSchema(
            new Schema(0, [.. table.CurrentSchema.Fields, NestedField.OptionalField(table.LastColumnId + 1, $"added_{table.LastColumnId + 1}", IcebergType.Int)]))));

        var table = (await Open().LoadTableAsync(CatalogFixture.Events, default)).Metadata;
        Assert.Single(table.Snapshots);
        Assert.Equal(["id", "ts", "name", "added_4"], table.CurrentSchema.Fields.Select(field => field.Name));
        Assert.Equal(["a"], await FilesAsync(table));
        Assert.Equal(2, _proxy.Faults[fault]);
    }

    /// <summary>Whoever answers 409 may have made the commit when the request came for the first time.</summary>
    [Fact]
    public async Task CommitAsync_ProxyRepeatsTheRequest_IsFoundToBeMade()
    {
        _server.Before = async context =>
        {
            if (IsCommit(context.Request))
            {
                _server.Before = _ => Task.FromResult(false);
                context.Request.EnableBuffering();
                using var client = new HttpClient();
                using var copy = new MemoryStream();
                await context.Request.Body.CopyToAsync(copy);
                context.Request.Body.Position = 0;
                using var content = new ByteArrayContent(copy.ToArray());
                using var response = await client.PostAsync(new Uri(_server.Address, context.Request.Path.Value), content);
                response.EnsureSuccessStatusCode();
            }

            return false;
        };

        var committed = await CommitAsync(_catalog, new AppendFiles([CatalogFixture.DataFile("a")]));

        Assert.Single(committed.Metadata.Snapshots);
        Assert.Contains(_server.Log, line => line.EndsWith(" 409", StringComparison.Ordinal));
        Assert.Equal(["a"], await FilesAsync((await Open().LoadTableAsync(CatalogFixture.Events, default)).Metadata));
    }

    [Fact]
    public async Task CommitAsync_NoAnswerToAnything_IsNotKnown()
    {
        var table = await _catalog.LoadTableAsync(CatalogFixture.Events, default);
        var staged = await Committer().StageAsync(table, [new AppendFiles([CatalogFixture.DataFile("a")])], default);
        _proxy.Rates = new FaultRates { LostAnswer = 1 };

        var exception = await Assert.ThrowsAsync<IcebergException>(() => _catalog.TryCommitAsync(staged, default));

        Assert.Equal(IcebergErrorKind.CommitStateUnknown, exception.Kind);
        Assert.StartsWith("Whether the commit to table 'logs.events' was made is not known.", exception.Message, StringComparison.Ordinal);
        _proxy.Rates = FaultRates.None;
        Assert.Single((await _catalog.LoadTableAsync(CatalogFixture.Events, default)).Metadata.Snapshots);
    }

    [Fact]
    public async Task CommitAsync_CallerGivesUpMeanwhile_LearnsWhatBecameOfIt()
    {
        var table = await _catalog.LoadTableAsync(CatalogFixture.Events, default);
        var staged = await Committer().StageAsync(table, [new AppendFiles([CatalogFixture.DataFile("a")])], default);
        using var patience = new CancellationTokenSource();
        _server.Before = async context =>
        {
            if (IsCommit(context.Request))
            {
                _server.Before = _ => Task.FromResult(false);
                await patience.CancelAsync();
            }

            return false;
        };

        var exception = await Record.ExceptionAsync(() => _catalog.TryCommitAsync(staged, patience.Token));

        Assert.True(exception is null or IcebergException { Kind: IcebergErrorKind.CommitStateUnknown }, exception?.ToString());
    }

    [Fact]
    public async Task CommitAsync_TwoWritersAndFailures_LoseAndDoubleNothing()
    {
        _proxy.Rates = new FaultRates { InternalError = 0.02, SlowDown = 0.02, CutBefore = 0.02, LostAnswer = 0.04, CutBody = 0.02, TruncatedBody = 0.01 };
        var made = await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(async () =>
        {
            using var catalog = Open();
            var names = new List<string>();
            for (var i = 0; i < 50; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{writer}-{i:D2}");
                var wasMade = false;
                while (!wasMade)
                {
                    try
                    {
                        await CommitAsync(catalog, new AppendFiles([CatalogFixture.DataFile(name)]));
                        wasMade = true;
                    }
                    catch (IcebergException exception) when (exception.Kind is IcebergErrorKind.Unavailable or IcebergErrorKind.InvalidMetadata)
                    {
                        // A load failed too often, or came in half: certainly nothing was made, so it is asked for again.
                    }
                }

                names.Add(name);
            }

            return names;
        })));
        _proxy.Rates = FaultRates.None;

        var table = (await Open().LoadTableAsync(CatalogFixture.Events, default)).Metadata;
        Assert.Equal(made.SelectMany(names => names), await FilesAsync(table));
        Assert.Equal(100, table.Snapshots.Length);
        Assert.NotEmpty(_proxy.Faults);
    }

    private static bool IsCommit(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("/tables/events", StringComparison.Ordinal);

    private RestCatalog Open() => new(
        new RestCatalogOptions { Uri = _proxy.Address, MaxRetryDelay = TimeSpan.FromMilliseconds(10) }, _server.Stores, TimeProvider.System);

    private TableCommitter Committer() => new(
        _server.Stores, new ManifestCache(_server.Stores, 64 << 20), new CommitOptions { MaxAttempts = 60, MaxDelay = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);

    private Task<CatalogTable> CommitAsync(RestCatalog catalog, TableChange change) => Committer().CommitAsync(catalog, CatalogFixture.Events, [change], default);

    private async Task<IEnumerable<string>> FilesAsync(TableMetadata table)
    {
        var plan = await new ScanPlanner(new ManifestCache(_server.Stores, 64 << 20)).PlanAsync(TableScan.Of(table), default);
        return plan.Tasks.Select(task => Path.GetFileNameWithoutExtension(task.File.FilePath)).Order(StringComparer.Ordinal);
    }
}
