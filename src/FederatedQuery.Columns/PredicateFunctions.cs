using System.Text;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Expressions.Texts;

namespace FederatedQuery.Columns;

/// <summary>
/// Tests of text that DuckDB does not have, as its functions <c>text_search(text, search)</c>, <c>json_path_exists(text, path)</c> and
/// <c>json_path_equals(text, path, json)</c>: the same code that decides them everywhere else. A text that is null has null for an answer.
/// </summary>
public static class PredicateFunctions
{
    internal const string Search = "text_search";

    internal const string JsonExists = "json_path_exists";

    internal const string JsonEquals = "json_path_equals";

    /// <summary>To be registered in each database that evaluates predicates.</summary>
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new TestFunction(Search, 1, constants => new SearchTest(TextSearch.Parse(constants[0]))),
        new TestFunction(JsonExists, 1, constants => new JsonExistsTest(JsonPath.Parse(constants[0]))),
        new TestFunction(JsonEquals, 2, constants => new JsonEqualTest(JsonPath.Parse(constants[0]), constants[1])),
    ];

    /// <summary>The arguments after the first say what is asked, and are the same for all rows of a statement, or nearly all.</summary>
    private sealed class TestFunction(string name, int constants, Func<string[], TextTest> make) : ScalarFunction
    {
        // What the last test was made of. Threads that overwrite it with another statement's lose time only.
        private volatile Made? _last;

        public override string Name => name;

        public override IReadOnlyList<DuckDBLogicalType> Parameters { get; } = [.. Enumerable.Repeat(DuckDBLogicalType.Varchar, constants + 1)];

        public override DuckDBLogicalType ReturnType => DuckDBLogicalType.Boolean;

        public override void Invoke(DataChunk arguments, DuckDBVectorWriter result, CancellationToken cancellationToken)
        {
            var texts = arguments[0];
            var asked = new DuckDBVector[constants];
            for (var i = 0; i < constants; i++)
            {
                asked[i] = arguments[i + 1];
            }

            var passes = result.Values<bool>();
            var count = texts.Count;
            var made = _last;
            for (var row = 0; row < count; row++)
            {
                if (!texts.IsValid(row) || !AreValid(asked, row))
                {
                    continue;
                }

                if (made is null || !IsMadeOf(made, asked, row))
                {
                    _last = made = Make(asked, row);
                }

                passes[row] = made.Test.Matches(texts.Utf8(row));
            }
        }

        private static bool AreValid(DuckDBVector[] asked, int row)
        {
            foreach (var vector in asked)
            {
                if (!vector.IsValid(row))
                {
                    return false;
                }
            }

            return true;
        }

        private static bool IsMadeOf(Made made, DuckDBVector[] asked, int row)
        {
            for (var i = 0; i < asked.Length; i++)
            {
                if (!asked[i].Utf8(row).SequenceEqual(made.Constants[i]))
                {
                    return false;
                }
            }

            return true;
        }

        private Made Make(DuckDBVector[] asked, int row)
        {
            var bytes = Array.ConvertAll(asked, vector => vector.Utf8(row).ToArray());
            return new Made(bytes, make(Array.ConvertAll(bytes, Encoding.UTF8.GetString)));
        }

        private sealed record Made(byte[][] Constants, TextTest Test);
    }
}
