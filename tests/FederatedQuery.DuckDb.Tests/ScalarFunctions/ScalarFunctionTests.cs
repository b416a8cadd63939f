using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests.ScalarFunctions;

public sealed class ScalarFunctionTests : DuckDBTest
{
    [Fact]
    public void Invoke_ManyRows_GivesEachItsValue()
    {
        Connection.RegisterScalarFunction(new ReverseFunction());

        Assert.Equal(100_000, ReadLong("SELECT count(*) FROM range(100000) t(i) WHERE reverse_text('text number ' || i) = reverse('text number ' || i)"));
    }

    [Fact]
    public void Invoke_NullArguments_GiveNull()
    {
        Connection.RegisterScalarFunction(new ReverseFunction());

        Assert.Equal([true, false, true], ReadAll("SELECT reverse_text(unnest(['ab', NULL, '']))", (vector, row) => vector.IsValid(row)));
        Assert.Equal([false], ReadAll("SELECT reverse_text(NULL)", (vector, row) => vector.IsValid(row)));
    }

    [Fact]
    public void Invoke_Constant_IsFolded()
    {
        Connection.RegisterScalarFunction(new ReverseFunction());

        Assert.Equal("cba", ReadString("SELECT reverse_text('abc')"));
    }

    [Fact]
    public void Invoke_Throws_CarriesMessageAndException()
    {
        var cause = new InvalidDataException("The text is too backward.");
        Connection.RegisterScalarFunction(new ReverseFunction { Failure = cause });

        var exception = Assert.Throws<DuckDBException>(() => ReadAll("SELECT reverse_text('x' || i) FROM range(5000) t(i)", (_, row) => row));

        Assert.Contains(cause.Message, exception.Message, StringComparison.Ordinal);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal(1, ReadLong("SELECT 1"));
    }

    private sealed class ReverseFunction : ScalarFunction
    {
        public Exception? Failure { get; init; }
        public override string Name => "reverse_text";
        public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [DuckDBLogicalType.Varchar];
        public override DuckDBLogicalType ReturnType => DuckDBLogicalType.Varchar;

        public override void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            var texts = arguments[0];
            for (var row = 0; row < arguments.Count; row++)
            {
                if (texts.IsValid(row))
                {
                    var reversed = texts.Utf8(row).ToArray();
                    Array.Reverse(reversed);
                    result.SetUtf8(row, reversed);
                }
            }
        }
    }
}
