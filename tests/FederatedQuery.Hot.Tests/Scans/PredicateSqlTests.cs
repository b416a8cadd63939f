using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Hot.Tests.Scans;

public class PredicateSqlTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table =
        """
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'Zen');
        CREATE TABLE t (id int4 NOT NULL, b bool, i int2, l int8, f float4, d float8, n numeric(10,2), day date, at time, ts timestamp, tz timestamptz,
          s text COLLATE "und-x-icu", m mood, c char(3), u uuid, y bytea, j jsonb, j2 json);
        INSERT INTO t SELECT g, g % 3 = 0, g % 7 - 3, g % 5 * 1000000000000, (ARRAY['NaN', '-Infinity', '-0', '0', '0.1', '1.5'])[g % 6 + 1]::float4,
          (ARRAY['NaN', 'Infinity', '-0', '0', '0.1', '1e300'])[g % 6 + 1]::float8, (g % 11 - 5) * 1.25, date '2026-01-01' + g % 9 - 4, time '12:00' + g % 4 * interval '1 hour',
          timestamp '2026-01-01' + g % 8 * interval '6 hours', timestamptz '2026-01-01 00:00+00' + g % 8 * interval '6 hours',
          (ARRAY['', 'a', 'A', 'ab', 'ä', 'z', 'it''s \', '😀'])[g % 8 + 1], (ARRAY['sad', 'ok', 'Zen'])[g % 3 + 1]::mood, (ARRAY['a', 'ab', 'B'])[g % 3 + 1],
          ('00000000-0000-0000-0000-00000000000' || g % 6)::uuid, decode('0' || g % 4, 'hex'), jsonb_build_object('a', g % 3, 'b.c', jsonb_build_array(g % 2, 1.50, NULL, jsonb_build_object('é"', 'x\y'))), json_build_object('a', g % 3) FROM generate_series(1, 300) g;
        INSERT INTO t (id) VALUES (301), (302)
        """;

    [Fact]
    public async Task Where_RandomPredicates_SelectsWhatDuckDbSelects()
    {
        await using var scene = await ScanScene.StartAsync(postgres, Table, TimeSpan.FromSeconds(10));
        using (var all = scene.Scan())
        {
            scene.Rows($"CREATE TABLE local AS SELECT * FROM {all.Sql}");
        }

        FsCheck.Fluent.Prop.ForAll(Predicates(scene.Table.Schema, 3).ToArbitrary(), predicate =>
        {
            using var lease = scene.Scan(predicate);
            var pushed = scene.Rows($"SELECT id FROM {lease.Sql} ORDER BY id");
            var expected = scene.Rows($"SELECT id FROM local WHERE {DuckDb(predicate)} ORDER BY id");
            if (lease.Scan.IsExact)
            {
                Assert.Equal(expected, pushed);
            }
            else
            {
                Assert.Subset(pushed.ToHashSet(), expected.ToHashSet());
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Where_PartThatCannotBeSaid_SelectsMoreNeverLess()
    {
        await using var scene = await ScanScene.StartAsync(postgres, "CREATE TABLE t (id int, s text)", TimeSpan.FromSeconds(10));
        var unsayable = Expression.Equal("s", Literal.String("a\0"));
        var sayable = Expression.LessThan("id", Literal.Int(5));

        Assert.Equal("\"id\" < '5'::int4", Where(scene, Expression.And(unsayable, sayable)));
        Assert.Null(Where(scene, Expression.Or(unsayable, sayable)));
        Assert.Null(Where(scene, Expression.Not(unsayable)));
    }

    [Fact]
    public void Of_Literals_AreQuotedByType()
    {
        Assert.Equal("'-5'::int4", SqlLiteral.Of(Literal.Int(-5)));
        Assert.Equal("'-12345e-2'::numeric", SqlLiteral.Of(Literal.Decimal(-12345, 2)));
        Assert.Equal("'NaN'::float8", SqlLiteral.Of(Literal.Double(double.NaN)));
        Assert.Equal("'1970-01-02'::date", SqlLiteral.Of(Literal.Date(1)));
        Assert.Null(SqlLiteral.Of(Literal.Date(int.MaxValue)));
        Assert.Equal("'1970-01-01 00:00:00.000001+00'::timestamptz", SqlLiteral.Of(Literal.Timestamptz(1)));
        Assert.Equal("'24:00:00'::time", SqlLiteral.Of(Literal.Time(86_400_000_000)));
        Assert.Equal("E'\\\\''; DROP TABLE t'", SqlLiteral.Of(Literal.String("\\'; DROP TABLE t")));
        Assert.Equal("decode('00ff', 'hex')", SqlLiteral.Of(Literal.Binary([0, 255])));
    }

    private static string? Where(ScanScene scene, Expression predicate)
    {
        using var lease = scene.Scan(predicate);
        return lease.Scan.Where;
    }

    private static Gen<Expression> Predicates(Schema schema, int depth)
    {
        var leaves = Gen.OneOf(schema.Fields.Select(Leaf));
        if (depth == 0)
        {
            return leaves;
        }

        var below = Predicates(schema, depth - 1);
        var pairs = below.Two();
        return Gen.OneOf(
            leaves,
            pairs.Select(pair => Expression.And(pair.Item1, pair.Item2)),
            pairs.Select(pair => Expression.Or(pair.Item1, pair.Item2)),
            below.Select(Expression.Not));
    }

    private static Gen<Expression> Leaf(NestedField field)
    {
        var values = Gen.Elements(Values(field.Type));
        var comparisons = Gen.Elements<Func<string, Literal, Expression>>(
            Expression.LessThan, Expression.LessThanOrEqual, Expression.GreaterThan, Expression.GreaterThanOrEqual, Expression.Equal, Expression.NotEqual);
        var leaves = new List<Gen<Expression>>
        {
            Gen.Elements(Expression.IsNull(field.Name), Expression.NotNull(field.Name)),
            from comparison in comparisons from value in values select comparison(field.Name, value),
            from set in values.ListOf(2) from not in Gen.Elements(true, false)
            select not ? Expression.NotIn(field.Name, [.. set]) : Expression.In(field.Name, [.. set]),
        };
        if (field.Type is StringType)
        {
            leaves.Add(from value in values
                       from not in Gen.Elements(true, false)
                       select not ? Expression.NotStartsWith(field.Name, value.AsString) : Expression.StartsWith(field.Name, value.AsString));
        }

        if (field.Type is StringType)
        {
            leaves.Add(from test in Gen.Elements(Tests) from negated in Gen.Elements(true, false) select (Expression)new TestPredicate(test, field.Name, negated));
        }

        if (field.Type is FloatType or DoubleType)
        {
            leaves.Add(Gen.Elements(Expression.IsNaN(field.Name), Expression.NotNaN(field.Name)));
        }

        return Gen.OneOf(leaves);
    }

    private static readonly TextTest[] Tests =
    [
        new ContainsTest(""), new ContainsTest("a"), new ContainsTest("%"), new ContainsTest("s \\"), new ContainsTest("\": 1"), new EndsWithTest("b"), new EndsWithTest("\\"), new EndsWithTest("}"),
        new SearchTest(TextSearch.Parse("a")), new SearchTest(TextSearch.Parse("Ä*")), new SearchTest(TextSearch.Parse("-ab")), new SearchTest(TextSearch.Parse("it's")),
        .. new[] { "$", "a", "\"b.c\"", "\"b.c\"[0]", "\"b.c\"[2]", "\"b.c\"[3][\"é\\\"\"]", "a[0]", "a.b" }.Select(JsonPath.Parse)
            .SelectMany(path => new TextTest[] { new JsonExistsTest(path), new JsonEqualTest(path, "1"), new JsonEqualTest(path, "null"), new JsonEqualTest(path, "\"x\\\\y\""), new JsonEqualTest(path, "[1.0,15e-1,null,{\"é\\u0022\":\"x\\\\y\"}]") }),
        new JsonEqualTest(JsonPath.Parse("a"), "\"\\u0000\""), new JsonEqualTest(JsonPath.Parse("a"), "1e999999999"),
    ];

    private static Literal[] Values(IcebergType type) => type switch
    {
        BooleanType => [Literal.Boolean(true), Literal.Boolean(false)],
        IntType => [Literal.Int(-3), Literal.Int(0), Literal.Int(2), Literal.Int(100), Literal.Int(70_000)],
        LongType => [Literal.Long(0), Literal.Long(3_000_000_000_000), Literal.Long(long.MinValue)],
        FloatType => [Literal.Float(0), Literal.Float(-0f), Literal.Float(0.1f), Literal.Float(float.NegativeInfinity)],
        DoubleType => [Literal.Double(0), Literal.Double(-0d), Literal.Double(0.1), Literal.Double(double.PositiveInfinity)],
        DecimalType => [Literal.Decimal(0, 2), Literal.Decimal(-250, 2), Literal.Decimal(625, 2)],
        DateType => [Literal.Date(20_454), Literal.Date(20_450), Literal.Date(-1)],
        TimeType => [Literal.Time(0), Literal.Time(13L * 3_600_000_000)],
        TimestampType => [Literal.Timestamp(20_454L * 86_400_000_000), Literal.Timestamp((20_454L * 86_400_000_000) + 21_600_000_000)],
        TimestamptzType => [Literal.Timestamptz(20_454L * 86_400_000_000), Literal.Timestamptz((20_454L * 86_400_000_000) + 21_600_000_000)],
        StringType => [Literal.String(""), Literal.String("a"), Literal.String("A"), Literal.String("ab"), Literal.String("it's \\"), Literal.String("Zen"), Literal.String("ä"), Literal.String("😀")],
        UuidType => [Literal.Uuid(new Guid("00000000-0000-0000-0000-000000000003"))],
        BinaryType => [Literal.Binary([1]), Literal.Binary([]), Literal.Binary([2, 0])],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No values."),
    };

    /// <summary>In DuckDB's SQL, in the two-valued logic that expressions have.</summary>
    private static string DuckDb(Expression expression) => expression switch
    {
        TrueExpression => "true",
        FalseExpression => "false",
        AndExpression and => $"({DuckDb(and.Left)} AND {DuckDb(and.Right)})",
        OrExpression or => $"({DuckDb(or.Left)} OR {DuckDb(or.Right)})",
        NotExpression not => $"(NOT {DuckDb(not.Child)})",
        UnaryPredicate { Operation: UnaryOperation.IsNull } unary => $"{Name(unary.Name)} IS NULL",
        UnaryPredicate { Operation: UnaryOperation.NotNull } unary => $"{Name(unary.Name)} IS NOT NULL",
        UnaryPredicate { Operation: UnaryOperation.IsNaN } unary => $"coalesce(isnan({Name(unary.Name)}), false)",
        UnaryPredicate unary => $"NOT coalesce(isnan({Name(unary.Name)}), false)",
        LiteralPredicate { Operation: LiteralOperation.StartsWith } literal =>
            $"coalesce(starts_with({Name(literal.Name)}, {DuckDbLiterals.Of(literal.Value)}), false)",
        LiteralPredicate { Operation: LiteralOperation.NotStartsWith } literal =>
            $"NOT coalesce(starts_with({Name(literal.Name)}, {DuckDbLiterals.Of(literal.Value)}), false)",
        LiteralPredicate { Operation: LiteralOperation.NotEqual } literal => $"{Name(literal.Name)} IS DISTINCT FROM {DuckDbLiterals.Of(literal.Value)}",
        LiteralPredicate literal => $"coalesce({Name(literal.Name)} {Symbol(literal.Operation)} {DuckDbLiterals.Of(literal.Value)}, false)",
        TestPredicate test => DuckDbPredicates.Of(test.Bind(new Schema(0, NestedField.OptionalField(1, test.Name, IcebergType.String))), _ => Name(test.Name)),
        SetPredicate set => $"{(set.Operation == SetOperation.In ? "" : "NOT ")}coalesce({Name(set.Name)} IN ({string.Join(", ", set.Values.Select(DuckDbLiterals.Of))}), false)",
        _ => throw new ArgumentOutOfRangeException(nameof(expression), expression, "No SQL."),
    };

    private static string Name(string name) => DuckDBSql.QuoteIdentifier(name);

    private static string Symbol(LiteralOperation operation) => operation switch
    {
        LiteralOperation.LessThan => "<",
        LiteralOperation.LessThanOrEqual => "<=",
        LiteralOperation.GreaterThan => ">",
        LiteralOperation.GreaterThanOrEqual => ">=",
        _ => "=",
    };
}
