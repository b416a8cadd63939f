using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class SchemaJsonTests
{
    private const string EveryType = """
        {"schema-id":3,"identifier-field-ids":[1],"type":"struct","fields":[
          {"id":1,"name":"id","required":true,"type":"uuid",
           "initial-default":"0db3e2a8-9d1d-42b9-aa7b-74ebe558dceb","write-default":"ec5911be-b0a7-458c-8438-c9a3e53cffae"},
          {"id":2,"name":"data","required":false,"type":{"type":"list","element-id":3,"element":"string","element-required":true},"doc":"naïve \"doc\" 😀"},
          {"id":4,"name":"m","required":false,"type":{"type":"map","key-id":5,"key":"string","value-id":6,"value":"double","value-required":false}},
          {"id":7,"name":"point","required":true,"write-default":{"8":1},"type":{"type":"struct","fields":[
            {"id":8,"name":"x","required":true,"type":"int"},{"id":9,"name":"y","required":false,"type":"decimal( 9,2 )"}]}},
          {"id":10,"name":"boolean","required":false,"type":"boolean"},{"id":11,"name":"long","required":false,"type":"long"},
          {"id":12,"name":"float","required":false,"type":"float","initial-default":"NaN"},{"id":13,"name":"date","required":false,"type":"date"},
          {"id":14,"name":"time","required":false,"type":"time"},{"id":15,"name":"ts","required":false,"type":"timestamp"},
          {"id":16,"name":"tz","required":false,"type":"timestamptz"},{"id":17,"name":"ns","required":false,"type":"timestamp_ns"},
          {"id":18,"name":"tzns","required":false,"type":"timestamptz_ns"},{"id":19,"name":"fixed","required":false,"type":"fixed[ 16 ]"},
          {"id":20,"name":"binary","required":false,"type":"binary"},{"id":21,"name":"unknown","required":false,"type":"unknown"},
          {"id":22,"name":"variant","required":false,"type":"variant"},{"id":23,"name":"geometry","required":false,"type":"geometry(srid:4326)"},
          {"id":24,"name":"geography","required":false,"type":"geography(srid:4326, spherical)"},
          {"id":25,"name":"plain","required":false,"type":"geography"}]}
        """;

    [Fact]
    public void Parse_EveryType_IsReadAndWrittenBackTheSame()
    {
        var schema = SchemaJson.Parse(EveryType);

        var again = SchemaJson.Parse(SchemaJson.ToJson(schema));

        Assert.Equal(schema, again);
        Assert.Equal(schema.GetHashCode(), again.GetHashCode());
        Assert.Equal(3, schema.SchemaId);
        Assert.Equal([1], schema.IdentifierFieldIds.AsEnumerable());
        Assert.Equal(25, schema.HighestFieldId);
        Assert.Equal("naïve \"doc\" 😀", schema.FindField(2)!.Field.Doc);
        Assert.Equal(IcebergType.Decimal(9, 2), schema.FindField("point.y")!.Type);
        Assert.Equal(IcebergType.Fixed(16), schema.FindField("fixed")!.Type);
        Assert.Equal(new GeographyType("srid:4326", "spherical"), schema.FindField("geography")!.Type);
        Assert.Equal(new PrimitiveValue(Literal.Uuid(new Guid("ec5911be-b0a7-458c-8438-c9a3e53cffae"))), schema.FindField(1)!.Field.WriteDefault);
        Assert.True(((PrimitiveValue)schema.FindField("float")!.Field.InitialDefault!).Value.IsNaN);
    }

    [Theory]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"intt"}]}""",
        "Field 'a': 'intt' is not a type of the Iceberg specification up to version 3 (int, long, string, decimal(P,S), fixed[L], ...).")]
    [InlineData("""{"type":"struct","fields":[{"id":"1","name":"a","required":true,"type":"int"}]}""",
        "Field 'a': 'id' is \"1\"; an integer of 32 bits is expected.")]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true}]}""", "Field 'a' has no 'type', which is required.")]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"decimal(39,2)"}]}""",
        "Field 'a': decimal(39,2): the precision must be 1 to 38.")]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"int"},{"id":1,"name":"b","required":true,"type":"int"}]}""",
        "The field id 1 is used by both 'a' and 'b'; ids must be unique in a schema.")]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"int"},{"id":2,"name":"a","required":true,"type":"int"}]}""",
        "A struct has two fields named 'a'; names must be unique within a struct.")]
    [InlineData("""{"type":"struct","identifier-field-ids":[1],"fields":[{"id":1,"name":"a","required":false,"type":"int"}]}""",
        "Schema 0: the identifier field 1 (a) is optional.")]
    [InlineData("""{"type":"struct","fields":[{"id":1,"name":"a","required":true,"type":"int","write-default":"x"}]}""",
        "Field 'a': \"x\" is not a JSON value of type int.")]
    [InlineData("""{"type":"list"}""", "A schema must be a struct type, not 'list'.")]
    public void Parse_BadSchema_SaysWhatIsWrong(string json, string message)
    {
        var error = Assert.Throws<IcebergException>(() => SchemaJson.Parse(json));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void FindField_NestedAndDottedNames_GivesTheLessNested()
    {
        var schema = new Schema(
            0,
            NestedField.RequiredField(1, "a", new StructType(NestedField.OptionalField(2, "b", IcebergType.Int))),
            NestedField.RequiredField(3, "a.b", IcebergType.Long),
            NestedField.OptionalField(4, "l", new ListType(5, new StructType(NestedField.RequiredField(6, "x", IcebergType.Int)), true)),
            NestedField.OptionalField(7, "ID", IcebergType.Int),
            NestedField.OptionalField(8, "id", IcebergType.Int));

        Assert.Equal(3, schema.FindField("a.b")!.Id);
        Assert.Equal(6, schema.FindField("l.element.x")!.Id);
        Assert.True(schema.FindField(6)!.IsInListOrMap);
        Assert.Null(schema.FindField("A.B"));
        Assert.Equal(3, schema.FindField("A.B", caseSensitive: false)!.Id);
        Assert.Equal(
            "The column name 'Id' is ambiguous: 'ID', 'id' differ only by case. Match case.",
            Assert.Throws<IcebergException>(() => schema.FindField("Id", caseSensitive: false)).Message);
    }
}
