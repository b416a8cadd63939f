using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class NameMappingTests
{
    [Fact]
    public void Parse_ExampleOfTheSpecification_FindsByEachName()
    {
        var mapping = NameMapping.Parse("""
            [ { "field-id": 1, "names": ["id", "record_id"] },
              { "field-id": 2, "names": ["data"] },
              { "names": ["skipped"] },
              { "field-id": 3, "names": ["location"], "fields": [
                  { "field-id": 4, "names": ["latitude", "lat"] },
                  { "field-id": 5, "names": ["longitude", "long"] } ] } ]
            """);

        Assert.Equal(1, mapping.Fields.Find("record_id")!.FieldId);
        Assert.Equal(5, mapping.Fields.Find("location")!.Fields.Find("long")!.FieldId);
        Assert.Null(mapping.Fields.Find("skipped")!.FieldId);
        Assert.Null(mapping.Fields.Find("ID"));
        Assert.Null(mapping.Fields.Find("latitude"));
    }

    [Theory]
    [InlineData("[", "The table property 'schema.name-mapping.default' is not valid JSON: ")]
    [InlineData("{}", "The name mapping: 'fields' is {}; an array is expected.")]
    [InlineData("""[{"field-id":1}]""", "The name mapping has no 'names', which is required.")]
    [InlineData("""[{"field-id":"1","names":["a"]}]""", "The name mapping: 'field-id' is \"1\"; an integer of 32 bits is expected.")]
    [InlineData("""[{"field-id":1,"names":["a"]},{"field-id":2,"names":["a"]}]""", "The name mapping has the name 'a' twice at one level.")]
    public void Parse_Wrong_SaysWhatIs(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<IcebergException>(() => NameMapping.Parse(json)).Message);
}
