using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests.TableFunctions;

public sealed class TableFunctionTests : DuckDBTest
{
    [Fact]
    public void Read_SeveralThreads_GivesEveryRowOnce()
    {
        var function = new NumbersFunction { MaximumThreads = 2 };
        Connection.RegisterTableFunction(function);

        Assert.Equal(1_000_000, ReadLong("SELECT count(*) FROM numbers(1000000)"));
        Assert.Equal(499_999_500_000, ReadLong("SELECT sum(n) FROM numbers(1000000)"));
        Assert.Equal(1_000_000, ReadLong("SELECT count(DISTINCT text) FROM numbers(1000000)"));
    }

    [Fact]
    public void Open_SomeColumns_AreProjected()
    {
        var function = new NumbersFunction();
        Connection.RegisterTableFunction(function);

        Assert.Equal("number 41 of the function", ReadString("SELECT text FROM numbers(100) WHERE n = 41"));
        Assert.Equal([0, 1], function.Projected.Order());

        Assert.Equal(100, ReadLong("SELECT count(text) FROM numbers(100)"));
        Assert.Equal([1], function.Projected);

        Assert.Equal(100, ReadLong("SELECT count(*) FROM numbers(100)"));
        Assert.Equal([-1], function.Projected.Select(column => Math.Min(column, -1)).Distinct());
    }

    [Fact]
    public void Bind_Arguments_ArriveTyped()
    {
        var function = new NumbersFunction();
        Connection.RegisterTableFunction(function);

        Assert.Equal("x 3", ReadString("SELECT text FROM numbers(4, prefix := 'x ') ORDER BY n DESC LIMIT 1"));
        Assert.Equal([4L], function.Arguments!.Positional);
        Assert.Equal("x ", function.Arguments.Named["prefix"]);
    }

    [Fact]
    public void Register_OnOneConnection_ServesAllOfTheDatabase()
    {
        Connection.RegisterTableFunction(new NumbersFunction());
        using var other = Database.Connect();

        using var result = other.Query("SELECT count(*) FROM numbers(7)");

        using var chunk = result.ReadChunk();
        Assert.Equal(7, chunk![0].Values<long>()[0]);
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("open")]
    [InlineData("read")]
    public void Query_FunctionThrows_CarriesMessageAndException(string where)
    {
        var cause = new InvalidDataException($"The {where} went wrong.");
        Connection.RegisterTableFunction(new NumbersFunction { FailAt = where, Failure = cause });

        var exception = Assert.Throws<DuckDBException>(() => ReadLong("SELECT sum(n) FROM numbers(100000)"));

        Assert.Contains(cause.Message, exception.Message, StringComparison.Ordinal);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal(2, ReadLong("SELECT 2"));
    }

    [Fact]
    public async Task Query_CancelledWhileFunctionBlocks_WakesItAndIsCancelled()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection.RegisterTableFunction(new NumbersFunction
        {
            BeforeRead = token =>
            {
                entered.TrySetResult();
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
            },
        });
        using var cancellation = new CancellationTokenSource();

        var running = Connection.QueryAsync("SELECT sum(n) FROM numbers(10)", null, cancellation.Token);
        await entered.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(2, ReadLong("SELECT 2"));
    }

    [Fact]
    public void Dispose_ResultUnread_WakesAndClosesTheScan()
    {
        var function = new NumbersFunction { MaximumThreads = 2 };
        Connection.RegisterTableFunction(function);

        using (var result = Connection.Query("SELECT n FROM numbers(100000000)"))
        {
            using var chunk = result.ReadChunk();
            Assert.NotNull(chunk);
        }

        Assert.Equal(1, function.OpenedScans);
        Assert.Equal(1, function.ClosedScans);
        Assert.Equal(2, ReadLong("SELECT 2"));
    }

    [Fact]
    public void Query_Prepared_ScansAnewEachTime()
    {
        var function = new NumbersFunction();
        Connection.RegisterTableFunction(function);
        using var statement = Connection.Prepare("SELECT sum(n)::BIGINT FROM numbers(10)");

        for (var i = 0; i < 3; i++)
        {
            using var result = statement.Query();
            using var chunk = result.ReadChunk();
            Assert.Equal(45, chunk![0].Values<long>()[0]);
        }

        Assert.Equal(3, function.OpenedScans);
        Assert.Equal(3, function.ClosedScans);
    }

    [Fact]
    public void RegisterTableFunction_EmptyName_IsRefused() =>
        Assert.Throws<DuckDBException>(() => Connection.RegisterTableFunction(new NumbersFunction { FunctionName = "" }));

    /// <summary>numbers(count, prefix := text): n BIGINT, text VARCHAR.</summary>
    private sealed class NumbersFunction : TableFunction
    {
        public string FunctionName { get; init; } = "numbers";
        public int MaximumThreads { get; init; } = 1;
        public string? FailAt { get; init; }
        public Exception Failure { get; init; } = new InvalidOperationException();
        public Action<CancellationToken>? BeforeRead { get; init; }
        public TableFunctionArguments? Arguments { get; private set; }
        public IReadOnlyList<int> Projected { get; private set; } = [];
        public int OpenedScans { get; private set; }
        public int ClosedScans { get; private set; }

        public override string Name => FunctionName;
        public override IReadOnlyList<DuckDBLogicalType> Parameters => [DuckDBLogicalType.BigInt];
        public override IReadOnlyDictionary<string, DuckDBLogicalType> NamedParameters =>
            new Dictionary<string, DuckDBLogicalType> { ["prefix"] = DuckDBLogicalType.Varchar };

        public override TableFunctionBinding Bind(TableFunctionArguments arguments, CancellationToken cancellationToken)
        {
            Fail("bind");
            Arguments = arguments;
            return new Binding(this, (long)arguments.Positional[0]!, arguments.Named.GetValueOrDefault("prefix") as string);
        }

        private void Fail(string at)
        {
            if (FailAt == at)
            {
                throw Failure;
            }
        }

        private sealed class Binding(NumbersFunction function, long count, string? prefix) : TableFunctionBinding
        {
            public override IReadOnlyList<DuckDBField> Columns { get; } = [new("n", DuckDBLogicalType.BigInt), new("text", DuckDBLogicalType.Varchar)];
            public override TableFunctionCardinality? Cardinality => new(count, IsExact: true);

            public override TableFunctionScan Open(IReadOnlyList<int> projectedColumns, CancellationToken cancellationToken)
            {
                function.Fail("open");
                function.Projected = projectedColumns;
                function.OpenedScans++;
                return new Scan(function, count, prefix, projectedColumns);
            }
        }

        private sealed class Scan(NumbersFunction function, long count, string? prefix, IReadOnlyList<int> projected) : TableFunctionScan
        {
            private long _next;

            public override int MaximumThreads => function.MaximumThreads;

            public override void Read(DataChunk output, object? threadState, CancellationToken cancellationToken)
            {
                function.BeforeRead?.Invoke(cancellationToken);
                var first = Interlocked.Add(ref _next, DataChunk.MaximumCount) - DataChunk.MaximumCount;
                var rows = (int)Math.Clamp(count - first, 0, DataChunk.MaximumCount);
                if (first > 10_000)
                {
                    function.Fail("read");
                }

                for (var column = 0; column < projected.Count; column++)
                {
                    var writer = output.Writer(column);
                    for (var row = 0; row < rows; row++)
                    {
                        if (projected[column] == 0)
                        {
                            writer.Values<long>()[row] = first + row;
                        }
                        else if (projected[column] == 1)
                        {
                            writer.SetString(row, prefix is null ? $"number {first + row} of the function" : $"{prefix}{first + row}");
                        }
                    }
                }

                output.Count = rows;
            }

            protected override void Dispose(bool disposing) => function.ClosedScans++;
        }
    }
}
