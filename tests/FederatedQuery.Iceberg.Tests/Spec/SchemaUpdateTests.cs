using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class SchemaUpdateTests
{
    private static readonly Schema Columns = new(
        0,
        new StructType(
            NestedField.RequiredField(1, "id", IcebergType.Int),
            NestedField.RequiredField(2, "at", IcebergType.Timestamptz),
            NestedField.OptionalField(3, "point", new StructType(NestedField.RequiredField(7, "x", IcebergType.Float), NestedField.OptionalField(8, "y", IcebergType.Float))),
            NestedField.OptionalField(4, "tags", new ListType(9, new StructType(NestedField.OptionalField(10, "name", IcebergType.String)), elementRequired: true)),
            NestedField.OptionalField(5, "prices", new MapType(11, IcebergType.String, 12, new StructType(NestedField.OptionalField(13, "eur", IcebergType.Decimal(9, 2))), valueRequired: false)),
            NestedField.OptionalField(6, "note", IcebergType.String)),
        [1]);

    [Fact]
    public void UpdateSchema_EachStep_KeepsIdsAndGivesNewOnes()
    {
        var table = Table().UpdateSchema(schema => schema
            .Add(null, "level", IcebergType.Int, "how bad it is")
            .Add("point", "z", IcebergType.Double)
            .Add("tags", "weight", IcebergType.Int)
            .Add("prices.value", "usd", IcebergType.Decimal(9, 2))
            .Add(null, "route", new ListType(1, new StructType(NestedField.OptionalField(2, "stop", IcebergType.String)), elementRequired: false))
            .Promote("id", IcebergType.Long)
            .Promote("prices.value.eur", IcebergType.Decimal(20, 2))
            .Promote("point.x", IcebergType.Double)
            .MakeOptional("point.x")
            .Rename("note", "remark")
            .Document("remark", "free text")
            .MoveFirst("remark")
            .MoveAfter("level", "id")
            .MoveBefore("point.z", "point.x"));

        Assert.Equal(
            "schema 1: struct<6: remark: optional string, 1: id: required long, 14: level: optional int, 2: at: required timestamptz, "
            + "3: point: optional struct<15: z: optional double, 7: x: optional double, 8: y: optional float>, "
            + "4: tags: optional list<struct<10: name: optional string, 16: weight: optional int>>, "
            + "5: prices: optional map<string, struct<13: eur: optional decimal(20,2), 17: usd: optional decimal(9,2)>>, "
            + "18: route: optional list<struct<20: stop: optional string>>>",
            table.CurrentSchema.ToString().Replace("decimal(20, 2)", "decimal(20,2)").Replace("decimal(9, 2)", "decimal(9,2)"));
        Assert.Equal(("free text", "how bad it is", 20), (table.CurrentSchema.FindField(6)!.Field.Doc, table.CurrentSchema.FindField(14)!.Field.Doc, table.LastColumnId));
        Assert.Equal(2, table.Schemas.Length);
        Assert.Equal(table.ToJson().ToArray(), TableMetadata.Parse(table.ToJson()).ToJson().ToArray());
    }

    [Fact]
    public void UpdateSchema_DroppedAndAddedAgain_IsAnotherColumn()
    {
        var table = Table().UpdateSchema(schema => schema.Drop("note").Drop("tags").Add(null, "note", IcebergType.Int));

        Assert.Equal(14, table.CurrentSchema.FindField("note")!.Id);
        Assert.Null(table.CurrentSchema.FindField(10));
        Assert.Equal("1", string.Join(",", table.CurrentSchema.IdentifierFieldIds));
    }

    public static TheoryData<string, Action<SchemaUpdate>> Refused => new()
    {
        { "Cannot drop the field 'id': it identifies rows; change the identifier fields first.", schema => schema.Drop("id") },
        { "Cannot drop the field 'at': the table is partitioned by it ('at_day'); change the partition spec first.", schema => schema.Drop("at") },
        { "Cannot drop the field 'tags.element': it is the element of a list.", schema => schema.Drop("tags.element") },
        { "There is a field 'point.x' already.", schema => schema.Add("point", "x", IcebergType.Int) },
        { "A struct has two fields named 'note'; names must be unique within a struct.", schema => schema.Rename("id", "note") },
        { "A struct has two fields named 'at'; names must be unique within a struct.", schema => schema.Rename(new Dictionary<int, string> { [1] = "at", [6] = "id" }) },
        { "Cannot change the type of the field 'note': it is of type string, whose values are not all values of int.", schema => schema.Promote("note", IcebergType.Int) },
        { "Cannot move the field 'point.x': fields are moved within their struct only.", schema => schema.MoveAfter("point.x", "note") },
        { "Cannot make optional the field 'id': it identifies rows.", schema => schema.MakeOptional("id") },
        { "Cannot add to the field 'note': it is of type string, not a struct, nor a list or map of structs.", schema => schema.Add("note", "a", IcebergType.Int) },
        { "There is no field 'nothing' in table 's3://b/t'; its columns are 'id', 'at', 'point', 'tags', 'prices', 'note'.", schema => schema.Drop("nothing") },
        { "Column 'd' is of type timestamp_ns, which needs format version 3; the table is of version 2.", schema => schema.Add(null, "d", IcebergType.TimestampNs) },
    };

    [Fact]
    public void Rename_SeveralAtOnce_MayExchangeNames()
    {
        var table = Table().UpdateSchema(schema => schema.Rename(new Dictionary<int, string> { [1] = "note", [6] = "id" }));

        Assert.Equal((1, 6), (table.CurrentSchema.FindField("note")!.Id, table.CurrentSchema.FindField("id")!.Id));
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void UpdateSchema_WhatTheTableDoesNotAllow_IsRefused(string reason, Action<SchemaUpdate> step) =>
        Assert.Equal(reason, Assert.Throws<IcebergException>(() => Table().UpdateSchema(step)).Message);

    [Fact]
    public void UnionByName_OtherSchema_HoldsTheRowsOfBoth()
    {
        var other = new Schema(
            0,
            NestedField.RequiredField(1, "at", IcebergType.Timestamptz),
            NestedField.OptionalField(2, "id", IcebergType.Long),
            NestedField.OptionalField(3, "point", new StructType(NestedField.OptionalField(4, "x", IcebergType.Double), NestedField.OptionalField(5, "w", IcebergType.String))),
            NestedField.OptionalField(6, "extra", new ListType(7, IcebergType.String, elementRequired: false)));

        var table = Table().UpdateSchema(schema => schema.Identify().UnionByName(other));

        Assert.Equal(
            ["id: optional long", "at: required timestamptz", "point: optional struct<7: x: optional double, 8: y: optional float, 14: w: optional string>"],
            table.CurrentSchema.Fields.Take(3).Select(field => field.ToString()[3..]));
        Assert.Equal("15: extra: optional list<string>", table.CurrentSchema.Fields[^1].ToString());
        Assert.Equal(table.CurrentSchema, table.UpdateSchema(schema => schema.UnionByName(other)).CurrentSchema);
        Assert.Contains(
            "it is of type string, and boolean neither becomes that",
            Assert.Throws<IcebergException>(() => Table().UpdateSchema(schema => schema.UnionByName(new Schema(0, NestedField.OptionalField(1, "note", IcebergType.Boolean))))).Message);
    }

    /// <summary>However a schema is changed, an id stands for one field for ever.</summary>
    [Fact]
    public void UpdateSchema_RandomSteps_NeverReuseAnId()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var table = Table();
            var given = table.CurrentSchema.AllFields.ToDictionary(field => field.Id, field => field.Type.TypeId);
            for (var step = 0; step < 15; step++)
            {
                var before = table.CurrentSchema;
                var fields = before.AllFields.ToList();
                var field = fields[random.Next(fields.Count)];
                try
                {
                    table = table.UpdateSchema(schema => _ = random.Next(5) switch
                    {
                        0 => schema.Drop(field.FullName),
                        1 => schema.Rename(field.FullName, $"n{random.Next(50)}"),
                        2 => schema.MoveFirst(field.FullName),
                        3 => schema.Add(field.FullName, $"n{random.Next(50)}", IcebergType.String),
                        _ => schema.Add(null, $"n{random.Next(50)}", new StructType(NestedField.OptionalField(1, "a", IcebergType.Int))),
                    });
                }
                catch (IcebergException refused) when (refused.Kind == IcebergErrorKind.InvalidMetadata)
                {
                    Assert.Same(before, table.CurrentSchema);
                }

                foreach (var now in table.CurrentSchema.AllFields)
                {
                    Assert.True(before.FindField(now.Id) is not null || !given.ContainsKey(now.Id), $"{now.Id} was given before");
                    given[now.Id] = given.GetValueOrDefault(now.Id, now.Type.TypeId);
                    Assert.Equal(given[now.Id], now.Type.TypeId);
                }

                Assert.Equal(table.LastColumnId, given.Keys.Max());
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static TableMetadata Table() => TableMetadataChanges.Create(
        Guid.Empty, "s3://b/t", Columns, new PartitionSpec(0, new PartitionField(2, 1000, "at_day", Transform.Day)), SortOrder.Unsorted, [], nowMs: 0);
}
