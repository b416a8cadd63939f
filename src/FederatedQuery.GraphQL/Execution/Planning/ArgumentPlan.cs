using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>CoerceArgumentValues() (spec section 6.4.1); done once per document when no variable takes part.</summary>
internal sealed class ArgumentPlan
{
    private static readonly ArgumentPlan None = new([], []);

    private readonly ImmutableArray<InputValueDefinition> _definitions;
    private readonly ValueNode?[] _values;
    private readonly bool _isConstant;
    private ArgumentValues? _constant;

    private ArgumentPlan(ImmutableArray<InputValueDefinition> definitions, ValueNode?[] values)
    {
        _definitions = definitions;
        _values = values;
        _isConstant = !values.Any(value => value is not null && HasVariable(value));
    }

    public bool IsConstant => _isConstant;

    public static ArgumentPlan Create(ImmutableArray<InputValueDefinition> definitions, ImmutableArray<ArgumentNode> arguments) => definitions.IsEmpty
        ? None
        : new ArgumentPlan(
            definitions,
            [.. definitions.Select(definition => arguments.FirstOrDefault(argument => argument.Name == definition.Name)?.Value)]);

    /// <exception cref="GraphQLException">A value does not fit its argument; only variables can still bring that about.</exception>
    public ArgumentValues Coerce(VariableValues variables)
    {
        if (_constant is { } constant)
        {
            return constant;
        }

        var values = new object?[_definitions.Length];
        var given = new bool[_definitions.Length];
        for (var i = 0; i < values.Length; i++)
        {
            given[i] = Coerce(_definitions[i], _values[i], variables, out values[i]);
        }

        var coerced = new ArgumentValues(_definitions, values, given);
        if (_isConstant)
        {
            _constant = coerced;
        }

        return coerced;
    }

    private static bool Coerce(InputValueDefinition definition, ValueNode? literal, VariableValues variables, out object? value)
    {
        value = null;
        if (literal is VariableNode variable && !variables.TryGet(variable.Name, out _))
        {
            if (definition.IsRequired)
            {
                throw new GraphQLException(
                    $"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was provided the variable \"${variable.Name}\" which was not provided a runtime value.",
                    ErrorCodes.BadUserInput);
            }

            literal = null;
        }

        literal ??= definition.DefaultValue;
        if (literal is null)
        {
            return definition.IsRequired
                ? throw new GraphQLException($"Argument \"{definition.Name}\" of required type \"{definition.Type}\" was not provided.", ErrorCodes.BadUserInput)
                : false;
        }

        return InputCoercion.TryCoerceLiteral(literal, definition.Type, variables, out value, out var error)
            ? true
            : throw new GraphQLException($"Argument \"{definition.Name}\" has invalid value {literal}. {error}", ErrorCodes.BadUserInput);
    }

    private static bool HasVariable(ValueNode value) => value switch
    {
        VariableNode => true,
        ListValueNode list => list.Values.Any(HasVariable),
        ObjectValueNode fields => fields.Fields.Any(field => HasVariable(field.Value)),
        _ => false,
    };
}
