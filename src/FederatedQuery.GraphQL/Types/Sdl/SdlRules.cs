using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Introspection;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types.Sdl;

/// <summary>What must hold of a type system document before types can be made of it: names are defined once and known, kinds fit.</summary>
internal sealed class SdlRules(DocumentNode document, SdlDefinitions definitions, SchemaProblems problems)
{
    public void Check()
    {
        CheckDefinitions();
        CheckSchema();
        foreach (var type in definitions.Types.Values)
        {
            CheckType(type);
        }

        foreach (var directive in definitions.Directives)
        {
            CheckArguments(directive.Arguments, $"@{directive.Name}");
            if (SpecifiedDirectives.All.FirstOrDefault(specified => specified.Name == directive.Name) is { } known
                && !known.Arguments.Select(argument => argument.Name).ToHashSet().SetEquals(directive.Arguments.Select(argument => argument.Name)))
            {
                Report($"Directive \"@{directive.Name}\" is the specification's: it must have its arguments.", directive);
            }
        }
    }

    private void CheckDefinitions()
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        var directives = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case not TypeSystemDefinitionNode:
                    Report("A type system document must not hold operations or fragments.", definition);
                    break;
                case DirectiveDefinitionNode directive when !directives.Add(directive.Name):
                    Report($"There can be only one directive named \"@{directive.Name}\".", directive);
                    break;
                case TypeDefinitionNode { IsExtension: false } type when !types.Add(type.Name):
                    Report($"There can be only one type named \"{type.Name}\".", type);
                    break;
                case TypeDefinitionNode { IsExtension: true } extension when !definitions.Types.ContainsKey(extension.Name):
                    Report($"Cannot extend type \"{extension.Name}\" because it is not defined.", extension);
                    break;
                case TypeDefinitionNode { IsExtension: true } extension when SdlDefinitions.Merge(definitions.Types[extension.Name], extension) is null:
                    Report($"Cannot extend \"{extension.Name}\" as another kind of type than it is.", extension);
                    break;
                case TypeDefinitionNode type and not ScalarTypeDefinitionNode when IsBuiltIn(type.Name):
                    Report($"The name \"{type.Name}\" is that of a built-in type.", type);
                    break;
            }
        }
    }

    private void CheckSchema()
    {
        foreach (var another in document.Definitions.OfType<SchemaDefinitionNode>().Where(schema => !schema.IsExtension && !ReferenceEquals(schema, definitions.Schema)))
        {
            Report("Must provide only one schema definition.", another);
        }

        var operations = new HashSet<OperationType>();
        foreach (var root in definitions.NamedRoots)
        {
            if (!operations.Add(root.Operation))
            {
                Report($"There can be only one {root.Operation.ToString().ToLowerInvariant()} type in schema.", root);
            }

            CheckReference(root.Type, node => node is ObjectTypeDefinitionNode { IsInterface: false }, $"The {root.Operation.ToString().ToLowerInvariant()} root type must be an object type, it cannot be {root.Type.Name}.");
        }

        foreach (var name in Enum.GetNames<OperationType>().Where(_ => definitions.Schema is null))
        {
            if (definitions.Types.TryGetValue(name, out var type) && type is not ObjectTypeDefinitionNode { IsInterface: false })
            {
                Report($"{name} root type must be Object type if provided, it cannot be {name}.", type);
            }
        }

        CheckSpecified(definitions.Schema?.Directives ?? [], "SCHEMA", null);
    }

    private void CheckType(TypeDefinitionNode type)
    {
        switch (type)
        {
            case ScalarTypeDefinitionNode: CheckSpecified(type.Directives, "SCALAR", type.Name); break;
            case ObjectTypeDefinitionNode node:
                CheckSpecified(type.Directives, node.IsInterface ? "INTERFACE" : "OBJECT", type.Name);
                CheckOnce(node.Interfaces, item => item.Name, name => $"Type {type.Name} can only implement {name} once.");
                foreach (var item in node.Interfaces)
                {
                    CheckReference(item, found => found is ObjectTypeDefinitionNode { IsInterface: true }, $"Type {type.Name} must only implement Interface types, it cannot implement {item.Name}.");
                }

                CheckOnce(node.Fields, field => field.Name, name => $"Field \"{type.Name}.{name}\" can only be defined once.");
                foreach (var field in node.Fields)
                {
                    CheckReference(field.Type.NamedType);
                    CheckSpecified(field.Directives, "FIELD_DEFINITION", $"{type.Name}.{field.Name}");
                    CheckArguments(field.Arguments, $"{type.Name}.{field.Name}");
                }

                break;
            case UnionTypeDefinitionNode node:
                CheckSpecified(type.Directives, "UNION", type.Name);
                CheckOnce(node.Types, item => item.Name, name => $"Union type {type.Name} can only include type {name} once.");
                foreach (var item in node.Types)
                {
                    CheckReference(item, found => found is ObjectTypeDefinitionNode { IsInterface: false }, $"Union type {type.Name} can only include Object types, it cannot include {item.Name}.");
                }

                break;
            case EnumTypeDefinitionNode node:
                CheckSpecified(type.Directives, "ENUM", type.Name);
                CheckOnce(node.Values, value => value.Name, name => $"Enum value \"{type.Name}.{name}\" can only be defined once.");
                foreach (var value in node.Values)
                {
                    CheckSpecified(value.Directives, "ENUM_VALUE", $"{type.Name}.{value.Name}");
                }

                break;
            case InputObjectTypeDefinitionNode node:
                CheckSpecified(type.Directives, "INPUT_OBJECT", type.Name);
                CheckOnce(node.Fields, field => field.Name, name => $"Field \"{type.Name}.{name}\" can only be defined once.");
                CheckValues(node.Fields, "INPUT_FIELD_DEFINITION", name => $"{type.Name}.{name}");
                break;
        }
    }

    private void CheckArguments(IReadOnlyList<InputValueDefinitionNode> arguments, string owner)
    {
        CheckOnce(arguments, argument => argument.Name, name => $"Argument \"{owner}({name}:)\" can only be defined once.");
        CheckValues(arguments, "ARGUMENT_DEFINITION", name => $"{owner}({name}:)");
    }

    private void CheckValues(IReadOnlyList<InputValueDefinitionNode> values, string location, Func<string, string> coordinateOf)
    {
        foreach (var value in values)
        {
            CheckReference(value.Type.NamedType);
            CheckLiteral(value.DefaultValue);
            CheckSpecified(value.Directives, location, coordinateOf(value.Name));
        }
    }

    /// <summary>Input fields are given once (spec section 5.6.3).</summary>
    private void CheckLiteral(ValueNode? literal)
    {
        switch (literal)
        {
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    CheckLiteral(item);
                }

                break;
            case ObjectValueNode given:
                CheckOnce(given.Fields, field => field.Name, name => $"There can be only one input field named \"{name}\".");
                foreach (var field in given.Fields)
                {
                    CheckLiteral(field.Value);
                }

                break;
        }
    }

    /// <summary>Directives that become properties of their member are checked here; the schema itself knows only the others.</summary>
    private void CheckSpecified(IReadOnlyList<DirectiveNode> directives, string location, string? coordinate) => AppliedDirectiveRules.Validate(
        problems,
        name => SpecifiedDirectives.All.First(directive => directive.Name == name),
        [.. directives.Where(directive => SpecifiedDirectives.IsProperty(directive.Name)).Select(directive => new AppliedDirective(directive.Name, directive.Arguments))],
        location,
        coordinate);

    private void CheckOnce<T>(IReadOnlyList<T> nodes, Func<T, string> nameOf, Func<string, string> messageOf)
        where T : SyntaxNode
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes.Where(node => !names.Add(nameOf(node))))
        {
            Report(messageOf(nameOf(node)), node);
        }
    }

    private void CheckReference(NamedTypeNode node, Func<TypeDefinitionNode, bool>? fits = null, string? message = null)
    {
        var isDefined = definitions.Types.TryGetValue(node.Name, out var type);
        if (!isDefined && !IsBuiltIn(node.Name))
        {
            Report($"Unknown type: \"{node.Name}\".", node);
        }
        else if (fits is not null && (type is null || !fits(type)))
        {
            Report(message!, node);
        }
    }

    private static bool IsBuiltIn(string name) => BuiltInScalars.All.Any(scalar => scalar.Name == name) || IntrospectionTypes.Find(name) is not null;

    private void Report(string message, SyntaxNode node) => problems.Add(message, document.LocationOf(node));
}
