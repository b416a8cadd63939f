using System.IO.Pipelines;
using System.Text;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Tests.Execution;

public class StreamAndLimitTests
{
    private static RequestExecutorOptions AnyFragments => new()
    {
        Limits = new() { MaxFragments = int.MaxValue, MaxBreadth = int.MaxValue, MaxFields = int.MaxValue },
    };

    [Fact]
    public async Task Execute_JsonStream_IsWrittenInItsPlaceAndDisposedOf()
    {
        var rows = new Rows();
        var executor = CreateExecutor(new FieldDefinition("rows", JsonScalar.Instance) { Resolver = _ => new ValueTask<object?>(rows) });

        var response = await Library.ExecuteAsync(executor, "{ a: __typename rows b: __typename }");

        Assert.Equal("""{"data":{"a":"Query","rows":[1,2,3],"b":"Query"}}""", response);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Execute_JsonStreamBelowANull_IsDisposedOfUnwritten()
    {
        var rows = new Rows();
        var executor = CreateExecutor(
            new FieldDefinition("rows", JsonScalar.Instance) { Resolver = _ => new ValueTask<object?>(rows) },
            new FieldDefinition("fails", new NonNullType(StringScalar.Instance)) { Resolver = _ => throw new GraphQLException("no") });

        var response = await Library.ExecuteAsync(executor, "{ rows fails }");

        Assert.EndsWith("\"data\":null}", response, StringComparison.Ordinal);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Execute_LongerThanTheTimeout_IsStoppedAndSaysSo()
    {
        var executor = CreateExecutor(
            new RequestExecutorOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(30) },
            new FieldDefinition("slow", StringScalar.Instance)
            {
                Resolver = async context =>
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return null;
                },
            });

        var response = await Library.ExecuteAsync(executor, "{ slow }");

        Assert.Equal("""{"errors":[{"message":"The operation took longer than the 0.03 seconds allowed and was stopped.","extensions":{"code":"EXECUTION_TIMEOUT"}}]}""", response);
    }

    [Fact]
    public async Task Execute_JsonStreamThatComesWhenItsPlaceIsNull_IsDisposedOf()
    {
        var rows = new Rows();
        var started = new TaskCompletionSource<object?>();
        var box = new ObjectType("Box", () =>
        [
            new FieldDefinition("rows", JsonScalar.Instance) { Resolver = async _ => await started.Task },
            new FieldDefinition("fails", new NonNullType(StringScalar.Instance)) { Resolver = _ => throw new GraphQLException("no") },
        ]);
        var executor = CreateExecutor(
            new FieldDefinition("box", box) { Resolver = _ => new ValueTask<object?>(new object()) },
            new FieldDefinition("next", StringScalar.Instance)
            {
                Resolver = _ =>
                {
                    started.SetResult(rows);
                    return new ValueTask<object?>("done");
                },
            });

        var response = await Library.ExecuteAsync(executor, "{ box { rows fails } next }");

        Assert.EndsWith("\"data\":{\"box\":null,\"next\":\"done\"}}", response, StringComparison.Ordinal);
        Assert.True(rows.IsDisposed);
    }

    [Fact]
    public async Task Execute_JsonStreamOfAnOperationThatTookTooLong_IsDisposedOf()
    {
        var rows = new Rows();
        var stuck = new TaskCompletionSource<object?>();
        var executor = CreateExecutor(
            new RequestExecutorOptions { ExecutionTimeout = TimeSpan.FromMilliseconds(30) },
            new FieldDefinition("rows", JsonScalar.Instance) { Resolver = _ => new ValueTask<object?>(rows) },
            new FieldDefinition("stuck", StringScalar.Instance) { Resolver = async _ => await stuck.Task });

        var response = await Library.ExecuteAsync(executor, "{ rows stuck }");
        Assert.Contains(ErrorCodes.Timeout, response, StringComparison.Ordinal);
        stuck.SetResult(null);

        await rows.Disposed;
    }

    [Fact]
    public async Task Execute_RootFields_RunSideBySide()
    {
        var first = new TaskCompletionSource<object?>();
        var executor = CreateExecutor(
            new FieldDefinition("waits", StringScalar.Instance) { Resolver = async _ => await first.Task },
            new FieldDefinition("releases", StringScalar.Instance)
            {
                Resolver = _ =>
                {
                    first.SetResult("released");
                    return new ValueTask<object?>("yes");
                },
            });

        Assert.Equal("""{"data":{"waits":"released","releases":"yes"}}""", await Library.ExecuteAsync(executor, "{ waits releases }"));
    }

    [Fact]
    public async Task Execute_FragmentsThatDoubleEachOther_CostNoMoreThanTheirText()
    {
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 40; i++)
        {
            document.Append(System.Globalization.CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ {(i < 39 ? $"...F{i + 1} ... {{ ...F{i + 1} }}" : "hello")} }}");
        }

        Assert.Equal("""{"data":{"hello":"Hello, world!"}}""", await Library.ExecuteAsync(document.ToString()));
    }

    [Fact]
    public async Task Execute_LongChainOfFragments_IsAnAnswerNotAnOverflow()
    {
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 5000; i++)
        {
            document.Append(System.Globalization.CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ {(i < 4999 ? $"...F{i + 1}" : "hello")} }}");
        }

        var response = await Library.ExecuteAsync(new RequestExecutor(Library.Schema, AnyFragments), document.ToString());

        Assert.Contains(response.Contains("errors", StringComparison.Ordinal) ? "nested too deeply" : "Hello, world!", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Execute_FragmentsThatWouldBeComparedWithAllOthers_AreRefused()
    {
        var document = new StringBuilder("{ ...F0 }");
        for (var i = 0; i < 3000; i++)
        {
            document.Append(System.Globalization.CultureInfo.InvariantCulture, $" fragment F{i} on Query {{ hello {(i < 2999 ? $"...F{i + 1}" : "raw")} }}");
        }

        Assert.Contains("would take too long", await Library.ExecuteAsync(new RequestExecutor(Library.Schema, AnyFragments), document.ToString()), StringComparison.Ordinal);
    }

    private static RequestExecutor CreateExecutor(params FieldDefinition[] fields) => CreateExecutor(new RequestExecutorOptions(), fields);

    private static RequestExecutor CreateExecutor(RequestExecutorOptions options, params FieldDefinition[] fields) =>
        new(new Schema(new SchemaConfig { Query = new ObjectType("Query", () => fields) }), options);

    private sealed class Rows : IJsonStream
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDisposed => _disposed.Task.IsCompleted;

        public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
        {
            await output.WriteAsync("[1,2"u8.ToArray(), cancellationToken);
            await Task.Yield();
            await output.WriteAsync(",3]"u8.ToArray(), cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
