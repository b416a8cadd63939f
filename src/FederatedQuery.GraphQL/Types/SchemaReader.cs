using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Introspection;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Sdl;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// Makes a schema of a type system document. Its fields have no resolvers: parents are dictionaries, and abstract types are told by their
/// entry <c>__typename</c>. Scalars that this library has keep their coercion; others take any value.
/// </summary>
public sealed class SchemaReader
{
    private readonly Dictionary<string, NamedType> _types = new(StringComparer.Ordinal);
    private readonly SdlDefinitions _definitions;

    private SchemaReader(SdlDefinitions definitions)
    {
        _definitions = definitions;
    }

    /// <summary>Extensions in the document are merged into what they extend.</summary>
    /// <exception cref="GraphQLSyntaxException">The text is not a document.</exception>
    /// <exception cref="SchemaException">The document or the schema breaks rules; the problems say where.</exception>
    public static Schema Read(string sdl)
    {
        var document = Utf8Parser.Parse(sdl, ParserOptions.Trusted);
        var definitions = new SdlDefinitions(document);
        try
        {
            var problems = new SchemaProblems();
            new SdlRules(document, definitions, problems).Check();
            problems.ThrowIfAny();
            return new SchemaReader(definitions).Read();
        }
        catch (SchemaException exception)
        {
            throw new SchemaException(SdlCoordinates.Locate(exception.Details, document, definitions));
        }
    }

    private Schema Read()
    {
        var root = _definitions.Schema;
        return new Schema(new SchemaConfig
        {
            Description = root?.Description,
            AppliedDirectives = ToApplied([.. root?.Directives ?? [], .. _definitions.SchemaExtensions.SelectMany(extension => extension.Directives)]),
            Query = FindRoot(OperationType.Query) ?? throw new SchemaException(["Query root type must be provided."]),
            Mutation = FindRoot(OperationType.Mutation),
            Subscription = FindRoot(OperationType.Subscription),
            Types = [.. _definitions.Types.Keys.Select(Find)],
            Directives =
            [
                .. _definitions.Directives.Where(directive => SpecifiedDirectives.All.All(specified => specified.Name != directive.Name))
                    .Select(directive => new DirectiveDefinition(directive.Name, directive.Locations)
                    {
                        Description = directive.Description,
                        IsRepeatable = directive.IsRepeatable,
                        Arguments = ToInputValues(directive.Arguments),
                    }),
            ],
        });
    }

    /// <summary>The root that the schema names; without a schema definition the type of the usual name goes first, as in graphql-js.</summary>
    private ObjectType? FindRoot(OperationType operation)
    {
        var usual = operation.ToString();
        var name = _definitions.Schema is null && _definitions.Types.ContainsKey(usual)
            ? usual
            : _definitions.NamedRoots.FirstOrDefault(root => root.Operation == operation)?.Type.Name;
        return name is not null && _definitions.Types.ContainsKey(name) ? (ObjectType)Find(name) : null;
    }

    private NamedType Find(string name)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            type = BuiltInScalars.All.FirstOrDefault(scalar => scalar.Name == name) ?? IntrospectionTypes.Find(name) ?? Create(_definitions.Types[name]);
            _types.Add(name, type);
        }

        return type;
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
        [.. directives.Where(directive => !SpecifiedDirectives.IsProperty(directive.Name)).Select(directive => new AppliedDirective(directive.Name, directive.Arguments))];

    private static string? FindTypeName(object value) => (value as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault("__typename") as string;

    private static string? FindDeprecation(ImmutableArray<DirectiveNode> directives) => directives.Any(directive => directive.Name == "deprecated")
        ? FindArgument(directives, "deprecated", "reason") ?? SpecifiedDirectives.DefaultDeprecationReason
        : null;

    private static string? FindArgument(ImmutableArray<DirectiveNode> directives, string directive, string argument) =>
        directives.FirstOrDefault(node => node.Name == directive)?.Arguments.FirstOrDefault(node => node.Name == argument)?.Value is StringValueNode text ? text.Value : null;
}
