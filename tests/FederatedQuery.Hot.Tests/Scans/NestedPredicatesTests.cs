using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Hot.Tests.Scans;

/// <summary>Predicates over fields of composites and elements of arrays: PostgreSQL selects what DuckDB does.</summary>
public class NestedPredicatesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Columns named as the condition's own aliases are, and a composite with a name that needs quotes.</summary>
    private const string Table =
        """
        CREATE TYPE inner_part AS ("a b" text COLLATE "und-x-icu", n integer, words text[], code char(3));
        CREATE TABLE t (id integer NOT NULL, element0 integer, tags text[], numbers bigint[], part inner_part, parts inner_part[], padded char(3)[]);
        INSERT INTO t SELECT g, g % 3,
          CASE g % 6 WHEN 0 THEN NULL::text[] WHEN 1 THEN '{}' WHEN 2 THEN '{a,NULL}' WHEN 3 THEN '{A,b}' WHEN 4 THEN '{ä}' ELSE '{b,b}' END,
          CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY[g % 7, NULLIF(g % 3, 1), 5000000000] END,
          CASE WHEN g % 4 = 0 THEN NULL ELSE ROW((ARRAY['x', 'X', NULL])[g % 3 + 1], NULLIF(g % 5, 2), CASE g % 2 WHEN 0 THEN NULL ELSE ARRAY['p', 'q'] END, 'c')::inner_part END,
          CASE g % 3 WHEN 0 THEN NULL ELSE ARRAY[ROW('x', g % 4, '{p}', 'ab')::inner_part, NULL, ROW(NULL, g % 6, NULL, NULL)::inner_part] END,
          CASE g % 2 WHEN 0 THEN NULL ELSE ARRAY['a', 'abc'] END
        FROM generate_series(1, 240) g
        """;

    private static readonly Gen<Expression> Tag = Text("element", "a", "b", "A", "ä");

    private static readonly Gen<Expression> Part = Gen.OneOf(
        Text("{0}.a b", "x", "X", "y"),
        from number in Gen.Choose(0, 6) from isLess in Gen.Elements(true, false) select isLess ? Expression.LessThan("{0}.n", Literal.Int(number)) : Expression.NotEqual("{0}.n", Literal.Int(number)),
        Tag.Select(word => Expression.HasElement("{0}.words", word)),
        Text("{0}.code", "c", "c  ", "ab"));

    private static readonly Gen<Expression> Leaf = Gen.OneOf(
        Compound(Tag).Select(tag => Expression.HasElement("tags", tag)),
        from number in Gen.Elements(0L, 3, 5_000_000_000) select Expression.HasElement("numbers", Expression.Equal("element", Literal.Long(number))),
        from number in Gen.Elements(0, 3) select Expression.HasElement("numbers", Expression.GreaterThan("element", Literal.Long(number))),
        Gen.Constant(Expression.HasElement("numbers", Expression.True)),
        Text("element", "a", "a  ").Select(text => Expression.HasElement("padded", text)),
        Compound(Part).Select(part => Of(part, "part")),
        Compound(Part).Select(part => Expression.HasElement("parts", Of(part, "element"))),
        Gen.Elements(Expression.IsNull("parts"), Expression.NotNull("tags"), Expression.Equal("element0", Literal.Int(1))));

    [Fact]
    public async Task Where_RandomPredicates_SelectsWhatDuckDbSelects()
    {
        await using var scene = await ScanScene.StartAsync(postgres, Table, TimeSpan.FromSeconds(10));
        using (var all = scene.Scan())
        {
            scene.Rows($"CREATE TABLE local AS SELECT * FROM {all.Sql}");
        }

        var exact = 0;
        FsCheck.Fluent.Prop.ForAll(Compound(Leaf).ToArbitrary(), predicate =>
        {
            using var lease = scene.Scan(predicate);
            var pushed = scene.Rows($"SELECT id FROM {lease.Sql} ORDER BY id");
            var expected = scene.Rows($"SELECT id FROM local WHERE {DuckDb(predicate, scene.Table.Schema)} ORDER BY id");
            if (lease.Scan.IsExact)
            {
                exact++;
                Assert.Equal(expected, pushed);
            }
            else
            {
                Assert.Subset(pushed.ToHashSet(), expected.ToHashSet());
            }

            return true;
        }).QuickCheckThrowOnFailure();
        Assert.True(exact > 30, $"PostgreSQL could be told {exact} of the predicates.");
    }

    [Fact]
    public async Task Where_ElementThatIs_AsksTheIndex()
    {
        await using var scene = await ScanScene.StartAsync(postgres, "CREATE TABLE t (tags text[], small smallint[])", TimeSpan.FromSeconds(10));
        using var text = scene.Scan(Expression.HasElement("tags", Expression.Equal("element", Literal.String("a"))));
        using var number = scene.Scan(Expression.HasElement("small", Expression.Equal("element", Literal.Int(1))));

        Assert.Equal("(\"tags\" @> ARRAY['a']::text[] AND EXISTS (SELECT FROM unnest(\"tags\") AS element0(value) WHERE (element0.value COLLATE \"C\") = 'a'))", text.Scan.Where);
        Assert.Equal("EXISTS (SELECT FROM unnest(\"small\") AS element0(value) WHERE element0.value = '1'::int4)", number.Scan.Where);
    }

    private static Gen<Expression> Text(string name, params string[] values) => Gen.OneOf(
        from value in Gen.Elements(values) from not in Gen.Elements(true, false) select not ? Expression.NotEqual(name, Literal.String(value)) : Expression.Equal(name, Literal.String(value)),
        from value in Gen.Elements(values) select Expression.StartsWith(name, value),
        from value in Gen.Elements(values) select Expression.NotContains(name, value),
        from value in Gen.Elements(values) select Expression.In(name, Literal.String(value), Literal.String("z")),
        Gen.Constant(Expression.IsNull(name)));

    private static Gen<Expression> Compound(Gen<Expression> leaves) => Gen.OneOf(
        leaves,
        leaves.Select(Expression.Not),
        leaves.Two().Select(pair => Expression.And(pair.Item1, Expression.Not(pair.Item2))),
        leaves.Two().Select(pair => Expression.Or(pair.Item1, pair.Item2)));

    /// <summary>Fills in what a condition on parts is about.</summary>
    private static Expression Of(Expression part, string name) => part switch
    {
        NotExpression not => Expression.Not(Of(not.Child, name)),
        AndExpression and => Expression.And(Of(and.Left, name), Of(and.Right, name)),
        OrExpression or => Expression.Or(Of(or.Left, name), Of(or.Right, name)),
        UnaryPredicate unary => unary with { Name = Named(unary.Name, name) },
        LiteralPredicate literal => literal with { Name = Named(literal.Name, name) },
        SetPredicate set => set with { Name = Named(set.Name, name) },
        TestPredicate test => test with { Name = Named(test.Name, name) },
        ElementPredicate any => any with { Name = Named(any.Name, name) },
        _ => part,
    };

    private static string Named(string template, string name) => template.Replace("{0}", name, StringComparison.Ordinal);

    private static string DuckDb(Expression predicate, Schema schema) => DuckDbPredicates.Of(predicate.Bind(schema), reference =>
    {
        var sql = "";
        for (var field = schema.FindField(reference.FieldId); field is not null; field = field.Parent)
        {
            sql = $".{DuckDBSql.QuoteIdentifier(field.Name)}{sql}";
        }

        return $"local{sql}";
    });
}
