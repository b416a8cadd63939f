using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// Makes a schema of a type system document. Its fields have no resolvers: parents are dictionaries, and abstract types are told by their
/// entry <c>__typename</c>. Scalars that this library has keep their coercion; others take any value.
/// </summary>
public sealed class SchemaReader
{
    private readonly Dictionary<string, TypeDefinitionNode> _definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedType> _types = new(StringComparer.Ordinal);

    private SchemaReader()
    {
    }

    /// <exception cref="GraphQLSyntaxException">The text is not a document.</exception>
    /// <exception cref="SchemaException">The document has extensions or executable definitions, or the schema is not valid.</exception>
    public static Schema Read(string sdl) => new SchemaReader().Read(Utf8Parser.Parse(sdl, ParserOptions.Trusted));

    private Schema Read(DocumentNode document)
    {
        var problems = new List<string>();
        SchemaDefinitionNode? root = null;
        var directives = new List<DirectiveDefinitionNode>();
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case TypeSystemDefinitionNode { IsExtension: true } or not TypeSystemDefinitionNode:
                    problems.Add($"A definition at {document.LocationOf(definition)} is not of a type, a directive or the schema.");
                    break;
                case SchemaDefinitionNode schema:
                    root = schema;
                    break;
                case DirectiveDefinitionNode directive:
                    directives.Add(directive);
                    break;
                case TypeDefinitionNode type:
                    if (!_definitions.TryAdd(type.Name, type))
                    {
                        problems.Add($"There can be only one type named \"{type.Name}\".");
                    }

                    break;
            }
        }

        if (problems.Count > 0)
        {
            throw new SchemaException(problems);
        }

        return new Schema(new SchemaConfig
        {
            Description = root?.Description,
            AppliedDirectives = root is null ? [] : ToApplied(root.Directives),
            Query = RootType(root, OperationType.Query, "Query") ?? throw new SchemaException(["Query root type must be provided."]),
            Mutation = RootType(root, OperationType.Mutation, "Mutation"),
            Subscription = RootType(root, OperationType.Subscription, "Subscription"),
            Types = [.. _definitions.Keys.Select(Find)],
            Directives =
            [
                .. directives.Where(directive => SpecifiedDirectives.All.All(specified => specified.Name != directive.Name))
                    .Select(directive => new DirectiveDefinition(directive.Name, directive.Locations)
                    {
                        Description = directive.Description,
                        IsRepeatable = directive.IsRepeatable,
                        Arguments = ToInputValues(directive.Arguments),
                    }),
            ],
        });
    }

    private ObjectType? RootType(SchemaDefinitionNode? root, OperationType operation, string defaultName)
    {
        var name = root is null ? defaultName : root.OperationTypes.FirstOrDefault(type => type.Operation == operation)?.Type.Name;
        return name is not null && _definitions.ContainsKey(name) ? Find(name) as ObjectType : null;
    }

    private NamedType Find(string name)
    {
        if (_types.TryGetValue(name, out var type))
        {
            return type;
        }

        var builtIn = BuiltInScalars.All.FirstOrDefault(scalar => scalar.Name == name);
        type = _definitions.TryGetValue(name, out var definition)
            ? builtIn ?? Create(definition)
            : builtIn ?? throw new SchemaException([$"Unknown type: \"{name}\"."]);
        return _types[name] = type;
    }

    private NamedType Create(TypeDefinitionNode definition) => definition switch
    {
        ScalarTypeDefinitionNode scalar => new AnyScalar(scalar.Name) { Description = scalar.Description, SpecifiedBy = FindArgument(scalar.Directives, "specifiedBy", "url"), AppliedDirectives = ToApplied(scalar.Directives) },
        ObjectTypeDefinitionNode { IsInterface: true } node => new InterfaceType(node.Name, () => ToFields(node), () => ToInterfaces(node))
        {
            Description = node.Description,
            AppliedDirectives = ToApplied(node.Directives),
            ResolveType = FindTypeName,
        },
        ObjectTypeDefinitionNode node => new ObjectType(node.Name, () => ToFields(node), () => ToInterfaces(node)) { Description = node.Description, AppliedDirectives = ToApplied(node.Directives) },
        UnionTypeDefinitionNode node => new UnionType(node.Name, () => node.Types.Select(type => (ObjectType)Find(type.Name)))
        {
            Description = node.Description,
            AppliedDirectives = ToApplied(node.Directives),
            ResolveType = FindTypeName,
        },
        EnumTypeDefinitionNode node => new EnumType(
            node.Name,
            node.Values.Select(value => new EnumValueDefinition(value.Name) { Description = value.Description, DeprecationReason = FindDeprecation(value.Directives), AppliedDirectives = ToApplied(value.Directives) }))
        {
            Description = node.Description,
            AppliedDirectives = ToApplied(node.Directives),
        },
        InputObjectTypeDefinitionNode node => new InputObjectType(node.Name, () => ToInputValues(node.Fields))
        {
            Description = node.Description,
            AppliedDirectives = ToApplied(node.Directives),
            IsOneOf = node.Directives.Any(directive => directive.Name == "oneOf"),
        },
        _ => throw new System.Diagnostics.UnreachableException($"Definition of '{definition.Name}'."),
    };

    private IEnumerable<FieldDefinition> ToFields(ObjectTypeDefinitionNode node) => node.Fields.Select(field => new FieldDefinition(field.Name, ToType(field.Type))
    {
        Description = field.Description,
        DeprecationReason = FindDeprecation(field.Directives),
        AppliedDirectives = ToApplied(field.Directives),
        Arguments = ToInputValues(field.Arguments),
    });

    private IEnumerable<InterfaceType> ToInterfaces(ObjectTypeDefinitionNode node) => node.Interfaces.Select(type => (InterfaceType)Find(type.Name));

    private ImmutableArray<InputValueDefinition> ToInputValues(ImmutableArray<InputValueDefinitionNode> nodes) =>
    [
        .. nodes.Select(node => new InputValueDefinition(node.Name, ToType(node.Type))
        {
            Description = node.Description,
            AppliedDirectives = ToApplied(node.Directives),
            DeprecationReason = FindDeprecation(node.Directives),
            DefaultValue = node.DefaultValue,
        }),
    ];

    private GraphQLType ToType(TypeNode node) => node switch
    {
        NonNullTypeNode nonNull => new NonNullType(ToType(nonNull.Type)),
        ListTypeNode list => new ListType(ToType(list.Type)),
        _ => Find(node.NamedType.Name),
    };

    private static ImmutableArray<AppliedDirective> ToApplied(ImmutableArray<DirectiveNode> directives) =>
        [.. directives.Where(directive => directive.Name is not ("deprecated" or "specifiedBy" or "oneOf")).Select(directive => new AppliedDirective(directive.Name, directive.Arguments))];

    private static string? FindTypeName(object value) => (value as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault("__typename") as string;

    private static string? FindDeprecation(ImmutableArray<DirectiveNode> directives) => directives.Any(directive => directive.Name == "deprecated")
        ? FindArgument(directives, "deprecated", "reason") ?? SpecifiedDirectives.DefaultDeprecationReason
        : null;

    private static string? FindArgument(ImmutableArray<DirectiveNode> directives, string directive, string argument) =>
        directives.FirstOrDefault(node => node.Name == directive)?.Arguments.FirstOrDefault(node => node.Name == argument)?.Value is StringValueNode text ? text.Value : null;
}
