using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using Xunit.Abstractions;

namespace FederatedQuery.Federation.Tests.Sql;

/// <summary>
/// What is pushed down selects every row that the statement selects. Cases come from a seed that is printed; PUSHDOWN_CASES asks for more of
/// them, PUSHDOWN_SEED for those of one seed.
/// </summary>
public sealed class PushedRowsTests : IDisposable
{
    private const int RowCount = 60;

    private readonly ITestOutputHelper _output;
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;
    private readonly ConstantEvaluator _constants;

    public PushedRowsTests(ITestOutputHelper output)
    {
        _output = output;
        _connection = _database.Connect();
        _connection.Execute("SET TimeZone = 'UTC'");
        _connection.Execute("SET threads = 1");
        _constants = new ConstantEvaluator(_connection, CancellationToken.None);
    }

    private static int Cases => TestVariables.Count("PUSHDOWN_CASES", 500);

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task Push_RandomConditions_SelectEveryRowTheStatementSelects()
    {
        var random = NewRandom();
        CreateTable(random, "t");
        var rows = ReadRows("t");
        var pushed = 0;
        for (var i = 0; i < Cases; i++)
        {
            var where = PushdownCases.Where.Sample(random);
            if (Selected(where) is not { } selected)
            {
                continue; // DuckDB refuses the statement: no rows to be missed.
            }

            var predicate = await PushAsync($"SELECT * FROM t WHERE {where}", "t");
            pushed += predicate == Expression.True ? 0 : 1;
            var bound = predicate.Bind(PushdownCases.Table);
            foreach (var id in selected)
            {
                Assert.True(
                    bound.Matches(reference => rows[id][reference.FieldId]),
                    $"Row {id} is selected by {where} but not by {predicate}: {Row("t", id)}");
            }
        }

        Assert.True(pushed > Cases / 8, $"Only {pushed} of {Cases} conditions were pushed: the cases test nothing.");
    }

    [Fact]
    public async Task Push_RandomJoins_GiveTheRowsOfTheWholeTables()
    {
        var random = NewRandom();
        CreateTable(random, "t");
        CreateTable(random, "u");
        var tables = new[] { "t", "u" }.ToDictionary(name => name, ReadRows);
        for (var i = 0; i < Cases / 4; i++)
        {
            var sql = PushdownCases.Join.Sample(random);
            if (Rows(sql) is not { } expected)
            {
                continue;
            }

            var filtered = sql;
            foreach (var (name, rows) in tables)
            {
                var bound = (await PushAsync(sql, name)).Bind(PushdownCases.Table);
                var ids = rows.Where(row => bound.Matches(reference => row.Value[reference.FieldId])).Select(row => row.Key).DefaultIfEmpty(-1);
                filtered = filtered.Replace($"FROM {name} ", $"FROM (SELECT * FROM {name} WHERE id IN ({string.Join(",", ids)})) {name} ", StringComparison.Ordinal)
                    .Replace($"JOIN {name} ", $"JOIN (SELECT * FROM {name} WHERE id IN ({string.Join(",", ids)})) {name} ", StringComparison.Ordinal);
            }

            Assert.True(expected.SequenceEqual(Rows(filtered) ?? []), $"{sql}\n is not the same as\n{filtered}");
        }
    }

    private SeededRandom NewRandom()
    {
        var seed = TestVariables.Seed("PUSHDOWN_SEED");
        _output.WriteLine($"PUSHDOWN_SEED={seed} PUSHDOWN_CASES={Cases}");
        return new SeededRandom(seed);
    }

    private void CreateTable(SeededRandom random, string name)
    {
        var columns = PushdownCases.Table.Fields;
        _connection.Execute(
            $"CREATE TABLE {name} ({string.Join(", ", columns.Select(column => $"{column.Name} {DuckDbTypes.Of(column.Type)}"))})");
        for (var id = 1; id <= RowCount; id++)
        {
            var values = columns.Skip(1).Select(column => PushdownCases.Value(column.Name).Sample(random));
            _connection.Execute($"INSERT INTO {name} VALUES ({id}, {string.Join(", ", values)})");
        }
    }

    private Dictionary<int, Dictionary<int, Literal?>> ReadRows(string table)
    {
        var columns = PushdownCases.Table.Fields;
        using var result = _connection.Query($"SELECT {string.Join(", ", columns.Select(column => $"{column.Name}::VARCHAR"))} FROM {table}");
        var rows = new Dictionary<int, Dictionary<int, Literal?>>();
        foreach (var chunk in result.ReadChunks())
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                var values = new Dictionary<int, Literal?>();
                for (var i = 0; i < columns.Length; i++)
                {
                    values[columns[i].Id] = chunk[i].IsValid(row) ? Parse((PrimitiveType)columns[i].Type, chunk[i].String(row)) : null;
                }

                rows[values[1]!.Value.AsInt] = values;
            }
        }

        return rows;
    }

    private static Literal Parse(PrimitiveType type, string text) => (type, text) switch
    {
        (DoubleType, "nan") => Literal.Double(double.NaN),
        (DoubleType, "inf") => Literal.Double(double.PositiveInfinity),
        (DoubleType, "-inf") => Literal.Double(double.NegativeInfinity),
        (FloatType, "nan") => Literal.Float(float.NaN),
        (FloatType, "inf") => Literal.Float(float.PositiveInfinity),
        (FloatType, "-inf") => Literal.Float(float.NegativeInfinity),
        _ => DuckDbLiterals.TryParse(type, text, out var value) ? value : throw new FormatException($"'{text}' is no {type}."),
    };

    private async Task<Expression> PushAsync(string sql, string table)
    {
        var statement = await SqlStatement.ParseAsync(_connection, sql, CancellationToken.None);
        var reference = TableReferenceFinder.Find(statement.Tree).Single(found => found.Name == table);
        return await new PredicatePusher(reference, PushdownCases.Table, _constants, new HashSet<int>()).PushAsync();
    }

    private List<int>? Selected(string where) => Rows($"SELECT id FROM t WHERE {where}")?.ConvertAll(row => int.Parse(row, CultureInfo.InvariantCulture));

    private string Row(string table, int id) => Rows($"SELECT {table} FROM {table} WHERE id = {id}")!.Single();

    /// <summary>The first column's values as text, in order; null when DuckDB refuses the statement.</summary>
    private List<string>? Rows(string sql)
    {
        try
        {
            using var result = _connection.Query($"SELECT COLUMNS(*)::VARCHAR FROM ({sql})");
            var rows = new List<string>();
            foreach (var chunk in result.ReadChunks())
            {
                for (var row = 0; row < chunk.Count; row++)
                {
                    rows.Add(string.Join("|", Enumerable.Range(0, result.Columns.Count).Select(i => chunk[i].IsValid(row) ? chunk[i].String(row) : "NULL")));
                }
            }

            rows.Sort(StringComparer.Ordinal);
            return rows;
        }
        catch (DuckDBException)
        {
            return null;
        }
    }
}
