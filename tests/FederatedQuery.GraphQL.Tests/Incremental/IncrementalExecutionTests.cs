using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>How far deferred work runs, and how it ends.</summary>
public class IncrementalExecutionTests
{
    [Fact]
    public async Task Stream_ClientReadsSlowly_SourceRunsAheadByABoundOnly()
    {
        var pulled = 0;
        var disposed = false;
        IEnumerable<int> Items()
        {
            try
            {
                while (true)
                {
                    yield return pulled++;
                }
            }
            finally
            {
                disposed = true;
            }
        }

        var executor = CreateExecutor(new FieldDefinition("items", new ListType(IntScalar.Instance)) { Resolver = _ => new(Items()) });
        await using (var payloads = (await StartAsync(executor, "{ items @stream(initialCount: 2) }")).Results.GetAsyncEnumerator())
        {
            var taken = 0;
            for (var i = 0; i < 5; i++)
            {
                Assert.True(await payloads.MoveNextAsync());
                var json = await Payloads.ReadAsync(payloads.Current);
                taken += json.TryGetProperty("incremental", out var incremental) ? incremental[0].GetProperty("items").GetArrayLength() : 2;
                Assert.InRange(Volatile.Read(ref pulled), taken, taken + 51);
            }
        }

        Assert.True(disposed);
    }

    [Fact]
    public async Task Stream_EndsWithAnItem_ItsSourceIsToldAndThatIsNoFailure()
    {
        var unexpected = new List<Exception>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async IAsyncEnumerable<object?> Items([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return null;
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                stopped.SetResult();
            }
        }

        var executor = CreateExecutor(
            new RequestExecutorOptions { OnUnexpectedException = (exception, _, _) => unexpected.Add(exception) },
            new FieldDefinition("items", new ListType(new NonNullType(IntScalar.Instance))) { Resolver = _ => new(Items()) });

        var payloads = await Payloads.ExecuteAsync(executor, "{ items @stream }");

        Assert.Equal("NON_NULL_VIOLATION", payloads[^1].GetProperty("completed")[0].GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.True(stopped.Task.IsCompleted);
        Assert.Empty(unexpected);
    }

    [Fact]
    public async Task Defer_ClientGoesBeforeAPartIsSent_ItsStreamsAreDisposedOf()
    {
        var rows = new Rows();
        var late = new TaskCompletionSource<object?>();
        var executor = CreateExecutor(
            new FieldDefinition("rows", JsonScalar.Instance) { Resolver = async _ => await late.Task },
            new FieldDefinition("first", StringScalar.Instance) { Resolver = _ => new("done") });
        await using (var payloads = (await StartAsync(executor, "{ __typename ... @defer { first } ... @defer { rows } }")).Results.GetAsyncEnumerator())
        {
            await payloads.MoveNextAsync();
            await payloads.MoveNextAsync();
        }

        late.SetResult(rows);

        await rows.Disposed;
    }

    [Fact]
    public async Task Defer_BeforeTheClientAsksOn_NothingDeferredRuns()
    {
        var ran = false;
        var executor = CreateExecutor(new FieldDefinition("late", StringScalar.Instance)
        {
            Resolver = _ =>
            {
                ran = true;
                return new("done");
            },
        });

        await using var payloads = (await StartAsync(executor, "{ __typename ... @defer { late } }")).Results.GetAsyncEnumerator();
        await payloads.MoveNextAsync();
        Assert.False(ran);
        await payloads.MoveNextAsync();
        Assert.True(ran);
    }

    [Fact]
    public async Task Defer_LongerThanTheTimeout_PendingPartsEndWithTheError()
    {
        var executor = CreateExecutor(
            new RequestExecutorOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(100) },
            new FieldDefinition("slow", StringScalar.Instance)
            {
                Resolver = async context =>
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return null;
                },
            },
            new FieldDefinition("never", new ListType(IntScalar.Instance)) { Resolver = _ => new(NeverAsync()) });

        var payloads = await Payloads.ExecuteAsync(executor, "{ __typename ... @defer { slow } never @stream }");

        var last = payloads[^1];
        Assert.False(last.GetProperty("hasNext").GetBoolean());
        Assert.All(last.GetProperty("completed").EnumerateArray(), entry =>
            Assert.Equal("EXECUTION_TIMEOUT", entry.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString()));
        Assert.Equal(2, last.GetProperty("completed").GetArrayLength());
    }

    [Fact]
    public async Task Defer_CallerCancels_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var executor = CreateExecutor(new FieldDefinition("waits", StringScalar.Instance)
        {
            Resolver = async context =>
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return null;
            },
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Payloads.ExecuteAsync(executor, "{ __typename ... @defer { waits } }", cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task Defer_JsonStreams_AreWrittenInTheirPayloadOrDisposedOf()
    {
        var (kept, lost) = (new Rows(), new Rows());
        var executor = CreateExecutor(
            new FieldDefinition("kept", JsonScalar.Instance) { Resolver = _ => new(kept) },
            new FieldDefinition("lost", JsonScalar.Instance) { Resolver = _ => new(lost) },
            new FieldDefinition("fails", new NonNullType(StringScalar.Instance)) { Resolver = _ => new((object?)null) });

        var payloads = await Payloads.ExecuteAsync(executor, "{ __typename ... @defer { kept } ... @defer { lost fails } }");

        Assert.Contains("[1,2,3]", string.Concat(payloads.Select(payload => payload.GetRawText())), StringComparison.Ordinal);
        Assert.True(kept.IsDisposed && lost.IsDisposed);
    }

    [Fact]
    public async Task Defer_ExtensionsSetLater_ComeWithTheirPayload()
    {
        var executor = CreateExecutor(new FieldDefinition("late", StringScalar.Instance)
        {
            Resolver = context =>
            {
                context.SetExtension("rows", 3L);
                return new("done");
            },
        });

        var payloads = await Payloads.ExecuteAsync(executor, "{ __typename ... @defer { late } }");

        Assert.False(payloads[0].TryGetProperty("extensions", out _));
        Assert.Equal(3, payloads[1].GetProperty("extensions").GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("query($n: Int!) { numbers @stream(initialCount: $n) }", "{\"n\":-1}")]
    [InlineData("query($n: Int = 1) { numbers @stream(initialCount: $n) }", "{\"n\":null}")]
    public async Task Stream_InitialCountIsNoCount_IsAnErrorOfTheField(string document, string variables)
    {
        var payloads = await Payloads.ExecuteAsync(new RequestExecutor(HeroSchema.Schema), document, variables);

        var error = Assert.Single(payloads).GetProperty("errors")[0];
        Assert.Equal("BAD_USER_INPUT", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal("numbers", error.GetProperty("path")[0].GetString());
    }

    [Fact]
    public async Task Build_AsyncEnumerableMembers_AreListFields()
    {
        var schema = new SchemaBuilder().AddRootType(OperationType.Query, typeof(TickQueries)).Build();

        Assert.Contains("ticks: [Int!]!", SchemaPrinter.Print(schema), StringComparison.Ordinal);
        Assert.Contains("maybeTicks: [Int]", SchemaPrinter.Print(schema), StringComparison.Ordinal);
        var response = await Payloads.ExecuteAsync(new RequestExecutor(schema), "{ ticks maybeTicks names }", format: IncrementalFormat.None);
        Assert.Equal("""{"data":{"ticks":[1,2],"maybeTicks":[1,null],"names":["a"]}}""", Assert.Single(response).GetRawText());
    }

    [Fact]
    public void Build_WithoutIncrementalDelivery_HasNeitherDirective()
    {
        var sdl = SchemaPrinter.Print(new SchemaBuilder().AddRootType(OperationType.Query, typeof(TickQueries)).WithIncrementalDelivery(false).Build());

        Assert.DoesNotContain("@defer", sdl, StringComparison.Ordinal);
        Assert.DoesNotContain("@stream", sdl, StringComparison.Ordinal);
        Assert.Contains("directive @stream(", SchemaPrinter.Print(Library.Schema), StringComparison.Ordinal);
    }

    private static RequestExecutor CreateExecutor(params FieldDefinition[] fields) => CreateExecutor(new RequestExecutorOptions(), fields);

    private static RequestExecutor CreateExecutor(RequestExecutorOptions options, params FieldDefinition[] fields) =>
        new(new Schema(new SchemaConfig { Query = new ObjectType("Query", () => fields), Directives = IncrementalDirectives.All }), options);

    private static async Task<ResponseStream> StartAsync(RequestExecutor executor, string document) =>
        (ResponseStream)await executor.ExecuteAsync(new OperationRequest(document) { IncrementalFormat = IncrementalFormat.Ids });

    private static async IAsyncEnumerable<int> NeverAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield return 1;
    }

    private sealed class TickQueries
    {
        public IAsyncEnumerable<string> Names => NamesAsync();

        public static async IAsyncEnumerable<int> Ticks()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }

        public static async Task<IAsyncEnumerable<int?>?> MaybeTicks()
        {
            await Task.Yield();
            return Maybe();

            static async IAsyncEnumerable<int?> Maybe()
            {
                yield return 1;
                await Task.Yield();
                yield return null;
            }
        }

        private static async IAsyncEnumerable<string> NamesAsync()
        {
            await Task.Yield();
            yield return "a";
        }
    }

    private sealed class Rows : IJsonStream
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDisposed => _disposed.Task.IsCompleted;

        public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken) =>
            await output.WriteAsync("[1,2,3]"u8.ToArray(), cancellationToken);

        public ValueTask DisposeAsync()
        {
            _disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
