using System.Globalization;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution.Costs;

/// <summary>How long a list is at most: by the slicing arguments of one selected field, or else by assumption (section 8).</summary>
internal sealed class SlicedSize
{
    private readonly ListSize _size;
    private readonly Slice[] _slices;
    private readonly double _defaultSize;

    public SlicedSize(ListSize size, FieldDefinition field, FieldNode node, double defaultSize)
    {
        _size = size;
        _defaultSize = defaultSize;
        _slices =
        [
            .. size.SlicingArguments.Select(name => new Slice(
                node.Arguments.FirstOrDefault(argument => argument.Name == name)?.Value,
                ToSize(field.FindArgument(name)?.DefaultValue))),
        ];
        IsConstant = !_slices.Any(slice => slice.Given is VariableNode);
    }

    public bool IsConstant { get; }

    /// <param name="variables">Of the request.</param>
    /// <param name="given">Slicing arguments that have a value, be it their default.</param>
    public double Evaluate(VariableValues variables, out int given)
    {
        given = 0;
        var hasNull = false;
        var longest = 0.0;
        foreach (var slice in _slices)
        {
            var value = slice.Given switch
            {
                null => slice.Default,
                VariableNode variable => variables.TryGet(variable.Name, out var coerced) ? ToSize(coerced) : slice.Default,
                _ => ToSize(slice.Given),
            };
            if (value is { } length)
            {
                given++;
                longest = Math.Max(longest, length);
            }

            hasNull |= value is null && slice.Given is not null && (slice.Given is not VariableNode named || variables.TryGet(named.Name, out _));
        }

        // Nothing said: the resolver takes its default. Null said: it may give all there is.
        return given > 0
            ? longest
            : (hasNull ? _size.AssumedSize ?? _size.SlicingArgumentDefaultValue : _size.SlicingArgumentDefaultValue ?? _size.AssumedSize) ?? _defaultSize;
    }

    private static double? ToSize(ValueNode? literal) => literal is IntValueNode number ? double.Parse(number.Value, CultureInfo.InvariantCulture) : null;

    private static double? ToSize(object? value) => value is IConvertible and not string ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;

    /// <param name="Given">Null when the request leaves the argument out.</param>
    /// <param name="Default">Of the schema.</param>
    private readonly record struct Slice(ValueNode? Given, double? Default);
}
