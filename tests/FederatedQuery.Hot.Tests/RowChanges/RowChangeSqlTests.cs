using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Tests.RowChanges;

public class RowChangeSqlTests
{
    private static readonly PostgresTable Table = new()
    {
        Name = TableName.InPublic("t"),
        Oid = 1,
        Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long), NestedField.OptionalField(2, "note", IcebergType.String)),
        Columns =
        [
            new PostgresColumn(PostgresType.OfWire("bigint", PostgresWireKind.Int8), NestedField.RequiredField(1, "id", IcebergType.Long), IsGenerated: false),
            new PostgresColumn(PostgresType.OfWire("json", PostgresWireKind.Text) with { IsJson = true }, NestedField.OptionalField(2, "note", IcebergType.String), IsGenerated: false),
        ],
        UnsupportedColumns = [],
        PrimaryKey = ["id"],
        JsonFieldIds = [2],
    };

    [Fact]
    public void Insert_RowsWithDifferentColumns_GetDefaultsForTheOthers()
    {
        var sql = RowChangeSql.Insert(
            Table, [[new("id", ColumnValue.Of(Literal.Long(1)))], [new("note", ColumnValue.Null)], [new("note", ColumnValue.Of(Literal.String("it's")))]]);

        Assert.Equal("""INSERT INTO "public"."t" ("id", "note") VALUES ('1', DEFAULT), (DEFAULT, NULL), (DEFAULT, 'it''s')""", sql);
    }

    [Fact]
    public void Insert_RowsOfDefaultsAlone_AreRowsAllTheSame() =>
        Assert.Equal("""INSERT INTO "public"."t" ("id") VALUES (DEFAULT), (DEFAULT)""", RowChangeSql.Insert(Table, [[], []]));

    [Fact]
    public void Update_ListsAndRecords_AreTextsWithinTexts()
    {
        var inner = ColumnValue.Record([ColumnValue.Of(Literal.String("a\"\\")), ColumnValue.Null, ColumnValue.List([ColumnValue.Of(Literal.String("x,y")), ColumnValue.Null])]);

        var sql = RowChangeSql.Update(Table, [new("note", ColumnValue.List([inner]))], Expression.Equal("id", Literal.Long(7)));

        Assert.Equal(
            """UPDATE "public"."t" SET "note" = E'{"(\\"a\\"\\"\\\\\\\\\\",,\\"{\\"\\"x,y\\"\\",NULL}\\")"}' WHERE "id" = '7'::int8""", sql);
    }

    [Fact]
    public void Delete_ConditionThatPostgresCannotBeTold_IsRefused()
    {
        var refused = Assert.Throws<HotException>(() => RowChangeSql.Delete(Table, Expression.JsonExists("note", Iceberg.Expressions.Texts.JsonPath.Parse("$.a"))));

        Assert.Equal(HotErrorKind.Argument, refused.Kind);
    }

    [Fact]
    public void Insert_TextThatPostgresCannotHave_IsRefusedNamingTheColumn()
    {
        var refused = Assert.Throws<HotException>(() => RowChangeSql.Insert(Table, [[new("note", ColumnValue.List([ColumnValue.Of(Literal.String("\0"))]))]]));

        Assert.Contains("column 'note'", refused.Message, StringComparison.Ordinal);
    }
}
