using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Introspection;

namespace FederatedQuery.GraphQL.Types;

/// <summary>The type validation rules of spec section 3. Problems carry the coordinate of what is wrong.</summary>
internal static class SchemaValidator
{
    public static SchemaProblems Validate(Schema schema)
    {
        var problems = new SchemaProblems();
        ValidateRoots(problems, schema);

        // Coercing a default that leads back to itself would never end.
        var checkDefaults = !InputDefaultCycles.Find(problems, schema);
        foreach (var type in schema.Types)
        {
            var isIntrospection = IntrospectionTypes.Contains(type);
            CheckName(problems, type.Name, $"Type '{type.Name}'", type.Name, isIntrospection);
            switch (type)
            {
                case ComplexType complex: ValidateComplex(problems, schema, complex, isIntrospection, checkDefaults); break;
                case UnionType { Types.Count: 0 }: problems.Add($"Union type {type.Name} must define one or more member types.", type.Name); break;
                case EnumType { Values.Count: 0 }: problems.Add($"Enum type {type.Name} must define one or more values.", type.Name); break;
                case EnumType enumType: ValidateEnum(problems, enumType, isIntrospection); break;
                case InputObjectType input: ValidateInputObject(problems, input, checkDefaults); break;
            }
        }

        foreach (var directive in schema.Directives)
        {
            CheckName(problems, directive.Name, $"Directive '@{directive.Name}'", $"@{directive.Name}", isIntrospection: false);
            if (directive.Locations.IsEmpty)
            {
                problems.Add($"Directive @{directive.Name} must include 1 or more locations.", $"@{directive.Name}");
            }

            ValidateArguments(problems, $"@{directive.Name}", directive.Arguments, checkDefaults);
        }

        InputObjectCycles.Find(problems, schema);
        DirectiveCycles.Find(problems, schema);
        AppliedDirectiveRules.Validate(problems, schema);
        if (problems.All.Count == 0)
        {
            CostDirectiveRules.Validate(problems, schema);
        }

        return problems;
    }

    /// <summary>Root types are different from each other (spec section 3.3.1).</summary>
    private static void ValidateRoots(SchemaProblems problems, Schema schema)
    {
        var shared = Enum.GetValues<OperationType>()
            .Select(operation => (Operation: operation, Type: schema.GetRootType(operation)))
            .Where(root => root.Type is not null)
            .GroupBy(root => root.Type!)
            .Where(group => group.Count() > 1);
        foreach (var group in shared)
        {
            problems.Add(
                $"All root types must be different, \"{group.Key.Name}\" type is used as {string.Join(" and ", group.Select(root => root.Operation.ToString().ToLowerInvariant()))} root types.",
                group.Key.Name);
        }
    }

    private static void ValidateComplex(SchemaProblems problems, Schema schema, ComplexType type, bool isIntrospection, bool checkDefaults)
    {
        if (type.Fields.Count == 0)
        {
            problems.Add($"Type {type.Name} must define one or more fields.", type.Name);
        }

        foreach (var field in type.Fields)
        {
            var coordinate = $"{type.Name}.{field.Name}";
            CheckName(problems, field.Name, $"Field '{coordinate}'", coordinate, isIntrospection);
            if (!field.Type.IsOutputType)
            {
                problems.Add($"The type of {coordinate} must be Output Type but got: {field.Type}.", coordinate);
            }

            ValidateArguments(problems, coordinate, field.Arguments, checkDefaults);
        }

        foreach (var implemented in type.Interfaces)
        {
            InterfaceImplementation.Validate(problems, schema, type, implemented);
        }
    }

    private static void ValidateArguments(SchemaProblems problems, string owner, IReadOnlyList<InputValueDefinition> arguments, bool checkDefaults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var coordinate = $"{owner}({argument.Name}:)";
            CheckName(problems, argument.Name, $"Argument '{coordinate}'", coordinate, isIntrospection: false);
            if (!names.Add(argument.Name))
            {
                problems.Add($"{owner} has the argument '{argument.Name}' twice.", coordinate);
            }

            CheckInputValue(problems, coordinate, argument, checkDefaults);
        }
    }

    private static void CheckInputValue(SchemaProblems problems, string coordinate, InputValueDefinition value, bool checkDefaults)
    {
        if (!value.Type.IsInputType)
        {
            problems.Add($"The type of {coordinate} must be Input Type but got: {value.Type}.", coordinate);
            return;
        }

        if (value is { IsRequired: true, DeprecationReason: not null })
        {
            problems.Add($"Required {coordinate} cannot be deprecated.", coordinate);
        }

        if (checkDefaults && value.DefaultValue is { } literal && !InputCoercion.TryCoerceLiteral(literal, value.Type, null, out _, out var error))
        {
            problems.Add($"The default value of {coordinate} does not fit its type: {error}", coordinate);
        }
    }

    private static void ValidateEnum(SchemaProblems problems, EnumType type, bool isIntrospection)
    {
        foreach (var value in type.Values)
        {
            CheckName(problems, value.Name, $"Enum value '{type.Name}.{value.Name}'", $"{type.Name}.{value.Name}", isIntrospection);
            if (value.Name is "true" or "false" or "null")
            {
                problems.Add($"Enum type {type.Name} cannot include value: {value.Name}.", $"{type.Name}.{value.Name}");
            }
        }
    }

    private static void ValidateInputObject(SchemaProblems problems, InputObjectType type, bool checkDefaults)
    {
        if (type.Fields.Count == 0)
        {
            problems.Add($"Input Object type {type.Name} must define one or more fields.", type.Name);
        }

        foreach (var field in type.Fields)
        {
            var coordinate = $"{type.Name}.{field.Name}";
            CheckName(problems, field.Name, $"Input field '{coordinate}'", coordinate, isIntrospection: false);
            CheckInputValue(problems, coordinate, field, checkDefaults);
            if (type.IsOneOf && (field.Type.IsNonNull || field.DefaultValue is not null))
            {
                problems.Add($"OneOf input field {coordinate} must be nullable and cannot have a default value.", coordinate);
            }
        }
    }

    private static void CheckName(SchemaProblems problems, string name, string what, string coordinate, bool isIntrospection)
    {
        var valid = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!valid)
        {
            problems.Add($"{what}: names must match [_A-Za-z][_0-9A-Za-z]*.", coordinate);
        }
        else if (!isIntrospection && name.StartsWith("__", StringComparison.Ordinal))
        {
            problems.Add($"{what} must not begin with \"__\", which is reserved by GraphQL introspection.", coordinate);
        }
    }
}
