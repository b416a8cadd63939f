using FederatedQuery.Iceberg.Avro;

namespace FederatedQuery.Iceberg.Tests.Avro;

public class AvroSchemaJsonTests
{
    [Theory]
    [InlineData("\"string\"")]
    [InlineData("[\"null\",\"long\"]")]
    [InlineData("""{"type":"int","logicalType":"date"}""")]
    [InlineData("""{"type":"array","element-id":508,"items":{"type":"map","key-id":1,"value-id":2,"values":"bytes"}}""")]
    [InlineData("""{"type":"fixed","name":"decimal_9_2","logicalType":"decimal","precision":9,"scale":2,"size":4}""")]
    [InlineData("""{"type":"enum","name":"e","namespace":"a.b","symbols":["X","Y"]}""")]
    [InlineData("""{"type":"record","name":"r","doc":"a doc","fields":[{"name":"f","type":["null","int"],"default":null,"doc":"é","field-id":7}]}""")]
    [InlineData("""{"type":"record","name":"node","namespace":"a","fields":[{"name":"next","type":["null","a.node"]}]}""")]
    public void Write_AfterParse_IsTheSameText(string json) => Assert.Equal(json, AvroSchemaJson.Write(AvroSchemaJson.Parse(json)));

    [Fact]
    public void Parse_NameInTheNamespaceOfItsRecord_IsFound()
    {
        var outer = (AvroRecordSchema)AvroSchemaJson.Parse(
            """{"type":"record","name":"a.Outer","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":2}},{"name":"y","type":"F"},{"name":"z","type":"a.F"}]}""");

        Assert.Equal("a.F", ((AvroFixedSchema)outer.Fields[0].Schema).FullName);
        Assert.Same(outer.Fields[0].Schema, outer.Fields[1].Schema);
        Assert.Same(outer.Fields[0].Schema, outer.Fields[2].Schema);
    }

    [Fact]
    public void FieldId_OfAField_IsRead()
    {
        var record = (AvroRecordSchema)AvroSchemaJson.Parse(
            """{"type":"record","name":"r","fields":[{"name":"f","type":"int","field-id":134},{"name":"g","type":"int"}]}""");

        Assert.Equal(134, record.Fields[0].FieldId);
        Assert.Null(record.Fields[1].FieldId);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("\"unheard\"", "it names the type 'unheard', which is not defined before")]
    [InlineData("5", "a schema is a JSON string, object or array, not Number")]
    [InlineData("{}", "a schema object has no 'type'")]
    [InlineData("""{"type":"record","name":"r"}""", "'fields' is missing")]
    [InlineData("""{"type":"record","fields":[]}""", "'name' is missing")]
    [InlineData("""{"type":"fixed","name":"f","size":-1}""", "a fixed type has no 'size' of 0 or more")]
    [InlineData("""["null",["null","int"]]""", "a union is a branch of another union")]
    public void Parse_NotASchema_SaysWhy(string json, string reason)
    {
        var exception = Assert.Throws<IcebergException>(() => AvroSchemaJson.Parse(json));

        Assert.Equal(IcebergErrorKind.InvalidFile, exception.Kind);
        Assert.Contains(reason, exception.Message);
    }

    [Fact]
    public void Parse_NestedTooDeep_IsRefused()
    {
        var json = string.Concat(Enumerable.Repeat("""{"type":"array","items":""", 100)) + "\"int\"" + new string('}', 100);

        Assert.Contains("levels deep", Assert.Throws<IcebergException>(() => AvroSchemaJson.Parse(json)).Message);
    }
}
