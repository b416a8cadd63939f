
namespace FederatedQuery.GraphQL.Types;

/// <summary>The type validation rules of spec section 3.</summary>
internal static class SchemaValidator
{
    public static List<string> Validate(Schema schema)
    {
        var problems = new List<string>();
        foreach (var type in schema.Types)
        {
            CheckName(problems, type.Name, $"Type '{type.Name}'", isIntrospection: type.Name.StartsWith("__", StringComparison.Ordinal));
            switch (type)
            {
                case ComplexType complex: ValidateComplex(problems, schema, complex); break;
                case UnionType { Types.Count: 0 }: problems.Add($"Union type {type.Name} must define one or more member types."); break;
                case EnumType { Values.Count: 0 }: problems.Add($"Enum type {type.Name} must define one or more values."); break;
                case EnumType enumType: ValidateEnum(problems, enumType); break;
                case InputObjectType input: ValidateInputObject(problems, input); break;
            }
        }

        foreach (var directive in schema.Directives)
        {
            CheckName(problems, directive.Name, $"Directive '@{directive.Name}'", isIntrospection: false);
            ValidateArguments(problems, $"@{directive.Name}", directive.Arguments);
        }

        InputObjectCycles.Find(problems, schema);
        AppliedDirectiveRules.Validate(problems, schema);
        return problems;
    }

    private static void ValidateComplex(List<string> problems, Schema schema, ComplexType type)
    {
        if (type.Fields.Count == 0)
        {
            problems.Add($"Type {type.Name} must define one or more fields.");
        }

        var isIntrospection = type.Name.StartsWith("__", StringComparison.Ordinal);
        foreach (var field in type.Fields)
        {
            CheckName(problems, field.Name, $"Field '{type.Name}.{field.Name}'", isIntrospection);
            if (!field.Type.IsOutputType)
            {
                problems.Add($"The type of {type.Name}.{field.Name} must be Output Type but got: {field.Type}.");
            }

            ValidateArguments(problems, $"{type.Name}.{field.Name}", field.Arguments);
        }

        foreach (var implemented in type.Interfaces)
        {
            InterfaceImplementation.Validate(problems, schema, type, implemented);
        }
    }

    private static void ValidateArguments(List<string> problems, string owner, IReadOnlyList<InputValueDefinition> arguments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            CheckName(problems, argument.Name, $"Argument '{owner}({argument.Name}:)'", isIntrospection: false);
            if (!names.Add(argument.Name))
            {
                problems.Add($"{owner} has the argument '{argument.Name}' twice.");
            }

            CheckInputValue(problems, $"{owner}({argument.Name}:)", argument);
        }
    }

    private static void CheckInputValue(List<string> problems, string owner, InputValueDefinition value)
    {
        if (!value.Type.IsInputType)
        {
            problems.Add($"The type of {owner} must be Input Type but got: {value.Type}.");
            return;
        }

        if (value is { IsRequired: true, DeprecationReason: not null })
        {
            problems.Add($"Required {owner} cannot be deprecated.");
        }

        if (value.DefaultValue is { } literal && !InputCoercion.TryCoerceLiteral(literal, value.Type, null, out _, out var error))
        {
            problems.Add($"The default value of {owner} does not fit its type: {error}");
        }
    }

    private static void ValidateEnum(List<string> problems, EnumType type)
    {
        foreach (var value in type.Values)
        {
            CheckName(problems, value.Name, $"Enum value '{type.Name}.{value.Name}'", type.Name.StartsWith("__", StringComparison.Ordinal));
            if (value.Name is "true" or "false" or "null")
            {
                problems.Add($"Enum type {type.Name} cannot include value: {value.Name}.");
            }
        }
    }

    private static void ValidateInputObject(List<string> problems, InputObjectType type)
    {
        if (type.Fields.Count == 0)
        {
            problems.Add($"Input Object type {type.Name} must define one or more fields.");
        }

        foreach (var field in type.Fields)
        {
            CheckName(problems, field.Name, $"Input field '{type.Name}.{field.Name}'", isIntrospection: false);
            CheckInputValue(problems, $"{type.Name}.{field.Name}", field);
            if (type.IsOneOf && (field.Type.IsNonNull || field.DefaultValue is not null))
            {
                problems.Add($"OneOf input field {type.Name}.{field.Name} must be nullable and cannot have a default value.");
            }
        }
    }

    private static void CheckName(List<string> problems, string name, string what, bool isIntrospection)
    {
        var valid = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!valid)
        {
            problems.Add($"{what}: names must match [_A-Za-z][_0-9A-Za-z]*.");
        }
        else if (!isIntrospection && name.StartsWith("__", StringComparison.Ordinal))
        {
            problems.Add($"{what} must not begin with \"__\", which is reserved by GraphQL introspection.");
        }
    }
}
