using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Tests.Types;

public class SchemaReaderTests
{
    [Theory]
    [InlineData("type Query {\n  a: Missing\n}", "Unknown type: \"Missing\". (2:6)")]
    [InlineData("type Query { a: Int }\nextend type Other { b: Int }", "Cannot extend type \"Other\" because it is not defined. (2:1)")]
    [InlineData("type Query { a: Int\n  a: Int }", "Field \"Query.a\" can only be defined once. (2:3)")]
    [InlineData("type Query { a(b: Int = \"x\"): Int }", "The default value of Query.a(b:) does not fit its type: Int cannot represent non-integer value: \"x\" (1:16)")]
    [InlineData("type Query { a: Int }\ninput I { a: I! }", "Input Object I cannot be provided a finite value because it references itself through fields: I.a. (2:1)")]
    [InlineData("type Query { a: Int }\ninput I {\n a: I = {} }", "Invalid circular reference. The default value of Input Object field I.a references itself. (3:2)")]
    [InlineData("type Query { a: Int }\ndirective @d(x: Int @d) on ARGUMENT_DEFINITION", "Directive '@d' must not be used in its own definition. (2:1)")]
    [InlineData("type Query { a: Int }\ndirective @d(x: E) on ENUM_VALUE enum E { A @d }", "Directive '@d' must not be used in its own definition. (2:1)")]
    [InlineData("directive @skip(unless: Int) on FIELD type Query { a: Int }", "Directive \"@skip\" is the specification's: it must have its arguments. (1:1)")]
    [InlineData("type Query { a: Int } query { a }", "A type system document must not hold operations or fragments. (1:23)")]
    public void Read_BrokenSdl_SaysWhere(string sdl, string problem) =>
        Assert.Equal([problem], Assert.Throws<SchemaException>(() => SchemaReader.Read(sdl)).Details.Select(detail => detail.ToString()));

    [Fact]
    public void Read_OlderDefinitionOfDeprecated_IsTaken()
    {
        var schema = SchemaReader.Read("directive @deprecated(reason: String = \"No longer supported\") on FIELD_DEFINITION | ENUM_VALUE type Query { a: Int @deprecated }");

        Assert.Equal("No longer supported", schema.QueryType.Fields.Items[0].DeprecationReason);
    }
}
