using FederatedQuery.Federation;
using FederatedQuery.Federation.Predicates;
using FederatedQuery.Testing;

namespace FederatedQuery.Tiering.Tests.Erasing;

/// <summary>Conditions as users write them, over <c>t(id bigint, ts timestamptz, name text, doc jsonb, "odd name" int)</c>.</summary>
public class RowPredicatesTests(RowPredicatesTests.Scene scene) : IClassFixture<RowPredicatesTests.Scene>
{
    [Theory]
    [InlineData("id = 5", "(id = 5)", "id = 5")]
    [InlineData("t.id IN (1, 2) AND name LIKE 'a%'", "((id IN (1, 2)) AND (\"name\" ~~ 'a%'))", "(id in (1, 2) and name starts with a)")]
    [InlineData("lower(name) = 'x' -- by name", "(lower(\"name\") = 'x')", "true")]
    [InlineData("doc->>'mail' = 'x'", null, "true")]
    [InlineData("\"odd name\" IS NULL OR id > 3", null, null)]
    [InlineData("true", "CAST('t' AS BOOLEAN)", null)]
    public async Task Compile_AGoodCondition_IsSaidForBothTiers(string where, string? sql, string? superset)
    {
        var match = await scene.Predicates.CompileAsync(null, "t", where, CancellationToken.None);

        Assert.Equal(sql ?? match.Sql, match.Sql);
        Assert.Equal(superset ?? match.Superset.ToString(), match.Superset.ToString());
    }

    [Theory]
    [InlineData("", FailureKind.BadArgument, "`where` is empty; it must be a condition on the table's columns, such as `customer_id = 42`. `true` means all rows.")]
    [InlineData("id", FailureKind.BadArgument, "`where` is of type BIGINT; it must be a condition, which is true or false.")]
    [InlineData("id = 1 ORDER BY id", FailureKind.NotAllowed, "`where` must be one condition on the table's columns, without ORDER BY, LIMIT, GROUP BY or anything else behind it.")]
    [InlineData("id = 1 LIMIT 5", FailureKind.NotAllowed, "`where` must be one condition")]
    [InlineData("id = 1 GROUP BY id", FailureKind.NotAllowed, "`where` must be one condition")]
    [InlineData("id = 1 UNION ALL SELECT 2", FailureKind.NotAllowed, "`where` must be one condition")]
    [InlineData("id = 1; DROP TABLE t", FailureKind.NotAllowed, "Only SELECT statements are run here")]
    [InlineData("id = 1; SELECT 2", FailureKind.NotAllowed, "Exactly one statement is run")]
    [InlineData("id = 1) OR (id = 2", FailureKind.Syntax, "The statement cannot be parsed")]
    [InlineData("id IN (SELECT id FROM t)", FailureKind.NotAllowed, "A subquery is not available in `where`: it must be true or false for a row by that row alone. (line 1, column")]
    [InlineData("ts < now()", FailureKind.NotAllowed, "Function 'now' is not available in `where`: it is not the same each time that a row is looked at. Write a constant. (line 1, column 6)")]
    [InlineData("id = 1 AND\n ts < CURRENT_DATE", FailureKind.NotAllowed, "The clock is not available in `where`: write a constant. (line 2, column 7)")]
    [InlineData("random() < 0.5", FailureKind.NotAllowed, "Function 'random' is not available in `where`")]
    [InlineData("count(*) > 1", FailureKind.NotAllowed, "The aggregate 'count_star' is not available in `where`.")]
    [InlineData("row_number() OVER () = 1", FailureKind.NotAllowed, "Window functions are not available in `where`.")]
    [InlineData("read_text('/etc/passwd') IS NOT NULL", FailureKind.NotAllowed, "Function 'read_text' is not available in queries.")]
    [InlineData("id = $1", FailureKind.NotAllowed, "Parameters are not available in `where`: write constants.")]
    [InlineData("id = = 2", FailureKind.Syntax, "The statement cannot be parsed")]
    [InlineData("nothing = 1", FailureKind.Statement, "`where` does not suit table 't': Binder Error: Referenced column \"nothing\" not found")]
    [InlineData("other.id = 1", FailureKind.Statement, "`where` does not suit table 't': Binder Error")]
    [InlineData("id = 'x'::DATE", FailureKind.Statement, "`where` does not suit table 't'")]
    public async Task Compile_ABadCondition_SaysWhatIsWrongAndWhere(string where, FailureKind kind, string message)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => scene.Predicates.CompileAsync(null, "t", where, CancellationToken.None));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(kind, error.Kind);
    }

    [Fact]
    public async Task Compile_ATableThatIsNone_SaysSo()
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => scene.Predicates.CompileAsync(null, "tt", "true", CancellationToken.None));

        Assert.Equal(FailureKind.UnknownTable, error.Kind);
    }

    /// <summary>One for all conditions: they change nothing.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        private readonly PostgresFixture _postgres = new();
        private TieringScene? _tiers;

        public RowPredicates Predicates => _tiers!.Get<RowPredicates>();

        public async Task InitializeAsync()
        {
            await _postgres.InitializeAsync();
            _tiers = await TieringScene.StartAsync(_postgres);
            await _tiers.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY, ts timestamptz, name text, doc jsonb, \"odd name\" int)");
        }

        public async Task DisposeAsync()
        {
            await _tiers!.DisposeAsync();
            await ((IAsyncLifetime)_postgres).DisposeAsync();
        }
    }
}
