using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Language.Syntax;

/// <summary>A value literal or a variable (spec section 2.9).</summary>
public abstract class ValueNode(int start) : SyntaxNode(start);

public sealed class VariableNode(int start, string name) : ValueNode(start)
{
    /// <summary>Without the dollar sign.</summary>
    public string Name { get; } = name;
}

public sealed class IntValueNode(int start, string value) : ValueNode(start)
{
    /// <summary>The digits as written.</summary>
    public string Value { get; } = value;
}

public sealed class FloatValueNode(int start, string value) : ValueNode(start)
{
    /// <summary>The number as written.</summary>
    public string Value { get; } = value;
}

public sealed class StringValueNode(int start, string value, bool block = false) : ValueNode(start)
{
    /// <summary>The value, escapes and block indentation resolved.</summary>
    public string Value { get; } = value;
    public bool Block { get; } = block;
}

public sealed class BooleanValueNode(int start, bool value) : ValueNode(start)
{
    public bool Value { get; } = value;
}

public sealed class NullValueNode(int start) : ValueNode(start);

public sealed class EnumValueNode(int start, string value) : ValueNode(start)
{
    public string Value { get; } = value;
}

public sealed class ListValueNode(int start, ImmutableArray<ValueNode> values) : ValueNode(start)
{
    public ImmutableArray<ValueNode> Values { get; } = values;
}

public sealed class ObjectValueNode(int start, ImmutableArray<ObjectFieldNode> fields) : ValueNode(start)
{
    public ImmutableArray<ObjectFieldNode> Fields { get; } = fields;
}

public sealed class ObjectFieldNode(int start, string name, ValueNode value) : SyntaxNode(start)
{
    public string Name { get; } = name;
    public ValueNode Value { get; } = value;
}
