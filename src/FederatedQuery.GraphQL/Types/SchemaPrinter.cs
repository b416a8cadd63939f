using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A schema as a type system document (SDL), types by name; what every schema has anyway is left out.</summary>
public static class SchemaPrinter
{
    public static string Print(Schema schema) => ToDocument(schema) + "\n";

    private static string ToDocument(Schema schema)
    {
        var definitions = new List<DefinitionNode>();
        if (schema.Description is not null || !schema.AppliedDirectives.IsEmpty || Enum.GetValues<OperationType>().Any(operation => !HasUsualRoot(schema, operation)))
        {
            definitions.Add(ToSchemaNode(schema));
        }

        definitions.AddRange(schema.Directives.Where(directive => !SpecifiedDirectives.All.Contains(directive)).Select(ToNode));
        definitions.AddRange(schema.Types
            .Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal) && !Schema.IsBuiltInScalar(type))
            .Select(ToNode));
        return SyntaxPrinter.Print(new DocumentNode(new SourceText(ReadOnlyMemory<byte>.Empty), [.. definitions]));
    }

    /// <summary>Whether a reader would find the root, or that there is none, by the usual name.</summary>
    private static bool HasUsualRoot(Schema schema, OperationType operation) =>
        schema.GetRootType(operation) is { } type ? type.Name == operation.ToString() : !schema.TryGetType(operation.ToString(), out _);

    private static SchemaDefinitionNode ToSchemaNode(Schema schema)
    {
        var roots = new List<RootOperationTypeNode>();
        foreach (var operation in Enum.GetValues<OperationType>())
        {
            if (schema.GetRootType(operation) is { } type)
            {
                roots.Add(new RootOperationTypeNode(0, operation, new NamedTypeNode(0, type.Name)));
            }
        }

        return new SchemaDefinitionNode(0, schema.Description, false, ToNodes(schema.AppliedDirectives), [.. roots]);
    }

    private static DefinitionNode ToNode(DirectiveDefinition directive) => new DirectiveDefinitionNode(
        0, directive.Description, directive.Name, [.. directive.Arguments.Select(ToNode)], directive.IsRepeatable, directive.Locations);

    private static DefinitionNode ToNode(NamedType type) => type switch
    {
        ScalarType scalar => new ScalarTypeDefinitionNode(0, scalar.Description, false, scalar.Name, [.. Directive("specifiedBy", "url", scalar.SpecifiedBy), .. ToNodes(scalar.AppliedDirectives)]),
        ComplexType complex => new ObjectTypeDefinitionNode(
            0,
            complex.Description,
            false,
            complex is InterfaceType,
            complex.Name,
            [.. complex.Interfaces.Items.Select(ToReference)],
            ToNodes(complex.AppliedDirectives),
            [.. complex.Fields.Items.Select(ToNode)]),
        UnionType union => new UnionTypeDefinitionNode(0, union.Description, false, union.Name, ToNodes(union.AppliedDirectives), [.. union.Types.Items.Select(ToReference)]),
        EnumType enumType => new EnumTypeDefinitionNode(
            0,
            enumType.Description,
            false,
            enumType.Name,
            ToNodes(enumType.AppliedDirectives),
            [.. enumType.Values.Items.Select(ToNode)]),
        InputObjectType input => new InputObjectTypeDefinitionNode(
            0,
            input.Description,
            false,
            input.Name,
            input.IsOneOf ? [new DirectiveNode(0, "oneOf", []), .. ToNodes(input.AppliedDirectives)] : ToNodes(input.AppliedDirectives),
            [.. input.Fields.Items.Select(ToNode)]),
        _ => throw new System.Diagnostics.UnreachableException($"Type '{type}' has no definition."),
    };

    private static NamedTypeNode ToReference(NamedType type) => new(0, type.Name);

    private static FieldDefinitionNode ToNode(FieldDefinition field) => new(
        0, field.Description, field.Name, [.. field.Arguments.Select(ToNode)], ToNode(field.Type), [.. Deprecated(field.DeprecationReason), .. ToNodes(field.AppliedDirectives)]);

    private static EnumValueDefinitionNode ToNode(EnumValueDefinition value) => new(
        0, value.Description, value.Name, [.. Deprecated(value.DeprecationReason), .. ToNodes(value.AppliedDirectives)]);

    private static InputValueDefinitionNode ToNode(InputValueDefinition value) => new(
        0, value.Description, value.Name, ToNode(value.Type), value.DefaultValue, [.. Deprecated(value.DeprecationReason), .. ToNodes(value.AppliedDirectives)]);

    private static TypeNode ToNode(GraphQLType type) => type switch
    {
        NonNullType nonNull => new NonNullTypeNode(0, ToNode(nonNull.OfType)),
        ListType list => new ListTypeNode(0, ToNode(list.OfType)),
        _ => new NamedTypeNode(0, type.Named.Name),
    };

    private static ImmutableArray<DirectiveNode> ToNodes(ImmutableArray<AppliedDirective> directives) => [.. directives.Select(directive => directive.ToNode())];

    private static ImmutableArray<DirectiveNode> Deprecated(string? reason) => reason == SpecifiedDirectives.DefaultDeprecationReason
        ? [new DirectiveNode(0, "deprecated", [])]
        : Directive("deprecated", "reason", reason);

    private static ImmutableArray<DirectiveNode> Directive(string name, string argument, string? value) =>
        value is null ? [] : [new DirectiveNode(0, name, [new ArgumentNode(0, argument, new StringValueNode(0, value))])];
}
