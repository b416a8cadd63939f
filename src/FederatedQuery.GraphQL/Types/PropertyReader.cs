using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Reads a value from a parent object.</summary>
public abstract class PropertyReader
{
    public abstract object? Read(object parent);

    /// <summary>A writer that takes the value from the parent to the buffer without boxing, or null when the type does not allow one.</summary>
    internal abstract LeafWriter? CreateLeafWriter(GraphQLType type);

    public static PropertyReader Create<TParent, TValue>(Func<TParent, TValue> read)
        where TParent : notnull => new PropertyReader<TValue>(parent => read((TParent)parent));
}

/// <summary>Writes one leaf of a parent; false when the value is null or does not fit, and then nothing has been written.</summary>
internal delegate bool LeafWriter(object parent, Utf8JsonBuffer output);

internal sealed class PropertyReader<TValue>(Func<object, TValue> read) : PropertyReader
{
    public override object? Read(object parent) => read(parent);

    internal override LeafWriter? CreateLeafWriter(GraphQLType type) => (type.NullableType, read) switch
    {
        // The commonest of all, without a call through the scalar.
        (IntScalar, Func<object, int> number) => (parent, output) =>
        {
            output.WriteNumber(number(parent));
            return true;
        }
        ,
        (StringScalar, Func<object, string> text) => (parent, output) =>
        {
            if (text(parent) is not { } value)
            {
                return false;
            }

            output.WriteString(value);
            return true;
        }
        ,
        (ILeafWriter<TValue> scalar, _) when !typeof(TValue).IsValueType => (parent, output) =>
            read(parent) is { } value && scalar.TryWrite(output, value),
        (ILeafWriter<TValue> scalar, _) => (parent, output) => scalar.TryWrite(output, read(parent)),
        _ => null,
    };
}
