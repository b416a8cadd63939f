using System.Collections.Immutable;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <summary>Prints executable documents, values and types back as GraphQL, two spaces per level.</summary>
public static class SyntaxPrinter
{
    public static string Print(SyntaxNode node)
    {
        var builder = new StringBuilder();
        Write(builder, node, 0);
        return builder.ToString();
    }

    /// <summary>A string literal with the escapes that the grammar needs.</summary>
    public static string PrintString(string value)
    {
        var builder = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\b' => builder.Append("\\b"),
                '\f' => builder.Append("\\f"),
                '\n' => builder.Append("\\n"),
                '\r' => builder.Append("\\r"),
                '\t' => builder.Append("\\t"),
                < ' ' or (>= '\u007F' and <= '\u009F') => builder.Append("\\u").Append(((int)c).ToString("X4", null)),
                _ => builder.Append(c),
            };
        }

        return builder.Append('"').ToString();
    }

    private static void Write(StringBuilder builder, SyntaxNode node, int indent)
    {
        switch (node)
        {
            case DocumentNode document: WriteDocument(builder, document); break;
            case OperationDefinitionNode operation: WriteOperation(builder, operation, indent); break;
            case FragmentDefinitionNode fragment:
                WriteDescription(builder, fragment.Description, indent);
                builder.Append("fragment ").Append(fragment.Name).Append(" on ").Append(fragment.TypeCondition.Name);
                WriteDirectives(builder, fragment.Directives, indent);
                Write(builder.Append(' '), fragment.SelectionSet, indent);
                break;
            case VariableDefinitionNode variable: WriteVariableDefinition(builder, variable, indent); break;
            case SelectionSetNode set: WriteSelectionSet(builder, set, indent); break;
            case FieldNode field: WriteField(builder, field, indent); break;
            case FragmentSpreadNode spread:
                builder.Append("...").Append(spread.Name);
                WriteDirectives(builder, spread.Directives, indent);
                break;
            case InlineFragmentNode inline:
                builder.Append("...");
                _ = inline.TypeCondition is { } type ? builder.Append(" on ").Append(type.Name) : builder;
                WriteDirectives(builder, inline.Directives, indent);
                Write(builder.Append(' '), inline.SelectionSet, indent);
                break;
            case ArgumentNode argument: Write(builder.Append(argument.Name).Append(": "), argument.Value, indent); break;
            case DirectiveNode directive:
                builder.Append('@').Append(directive.Name);
                WriteArguments(builder, directive.Arguments, indent);
                break;
            case ValueNode value: WriteValue(builder, value, indent); break;
            case ObjectFieldNode field: Write(builder.Append(field.Name).Append(": "), field.Value, indent); break;
            case NamedTypeNode named: builder.Append(named.Name); break;
            case ListTypeNode list:
                Write(builder.Append('['), list.Type, indent);
                builder.Append(']');
                break;
            case NonNullTypeNode nonNull:
                Write(builder, nonNull.Type, indent);
                builder.Append('!');
                break;
            default: TypeSystemPrinter.Write(builder, node); break;
        }
    }

    private static void WriteDocument(StringBuilder builder, DocumentNode document)
    {
        var definitions = document.Definitions;
        for (var i = 0; i < definitions.Length; i++)
        {
            _ = i > 0 ? builder.Append("\n\n") : builder;

            // After a definition that may have braces and has none, the braces of a shorthand query would be taken for those.
            var needsKeyword = i > 0 && definitions[i - 1] is TypeSystemDefinitionNode && definitions[i] is OperationDefinitionNode query && IsShorthand(query);
            Write(needsKeyword ? builder.Append("query ") : builder, definitions[i], 0);
        }
    }

    private static bool IsShorthand(OperationDefinitionNode operation) =>
        operation is { Operation: OperationType.Query, Description: null, Name: null, VariableDefinitions.IsEmpty: true, Directives.IsEmpty: true };

    private static void WriteOperation(StringBuilder builder, OperationDefinitionNode operation, int indent)
    {
        if (!IsShorthand(operation))
        {
            WriteDescription(builder, operation.Description, indent);
            builder.Append(operation.Operation.ToKeyword());
            _ = operation.Name is { } name ? builder.Append(' ').Append(name) : builder;
            if (!operation.VariableDefinitions.IsEmpty)
            {
                builder.Append(operation.Name is null ? " (" : "(");
                WriteJoined(builder, operation.VariableDefinitions, ", ", indent);
                builder.Append(')');
            }

            WriteDirectives(builder, operation.Directives, indent);
            builder.Append(' ');
        }

        WriteSelectionSet(builder, operation.SelectionSet, indent);
    }

    private static void WriteVariableDefinition(StringBuilder builder, VariableDefinitionNode variable, int indent)
    {
        _ = variable.Description is { } description ? builder.Append(PrintString(description)).Append(' ') : builder;
        Write(builder.Append('$').Append(variable.Variable.Name).Append(": "), variable.Type, indent);
        if (variable.DefaultValue is { } value)
        {
            Write(builder.Append(" = "), value, indent);
        }

        WriteDirectives(builder, variable.Directives, indent);
    }

    private static void WriteSelectionSet(StringBuilder builder, SelectionSetNode set, int indent)
    {
        builder.Append("{\n");
        foreach (var selection in set.Selections)
        {
            Write(builder.Append(' ', (indent + 1) * 2), selection, indent + 1);
            builder.Append('\n');
        }

        builder.Append(' ', indent * 2).Append('}');
    }

    private static void WriteField(StringBuilder builder, FieldNode field, int indent)
    {
        _ = field.Alias is { } alias ? builder.Append(alias).Append(": ") : builder;
        builder.Append(field.Name);
        WriteArguments(builder, field.Arguments, indent);
        WriteDirectives(builder, field.Directives, indent);
        if (field.SelectionSet is { } set)
        {
            WriteSelectionSet(builder.Append(' '), set, indent);
        }
    }

    private static void WriteValue(StringBuilder builder, ValueNode value, int indent)
    {
        switch (value)
        {
            case VariableNode variable: builder.Append('$').Append(variable.Name); break;
            case IntValueNode number: builder.Append(number.Value); break;
            case FloatValueNode number: builder.Append(number.Value); break;
            case StringValueNode text: builder.Append(PrintString(text.Value)); break;
            case BooleanValueNode boolean: builder.Append(boolean.Value ? "true" : "false"); break;
            case NullValueNode: builder.Append("null"); break;
            case EnumValueNode name: builder.Append(name.Value); break;
            case ListValueNode list:
                WriteJoined(builder.Append('['), list.Values, ", ", indent);
                builder.Append(']');
                break;
            case ObjectValueNode fields:
                WriteJoined(builder.Append("{ "), fields.Fields, ", ", indent);
                builder.Append(" }");
                break;
        }
    }

    private static void WriteArguments(StringBuilder builder, ImmutableArray<ArgumentNode> arguments, int indent)
    {
        if (!arguments.IsEmpty)
        {
            WriteJoined(builder.Append('('), arguments, ", ", indent);
            builder.Append(')');
        }
    }

    internal static void WriteDirectives(StringBuilder builder, ImmutableArray<DirectiveNode> directives, int indent)
    {
        foreach (var directive in directives)
        {
            Write(builder.Append(' '), directive, indent);
        }
    }

    private static void WriteDescription(StringBuilder builder, string? description, int indent)
    {
        if (description is not null)
        {
            builder.Append(PrintString(description)).Append('\n').Append(' ', indent * 2);
        }
    }

    private static void WriteJoined<T>(StringBuilder builder, ImmutableArray<T> nodes, string separator, int indent)
        where T : SyntaxNode
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            _ = i > 0 ? builder.Append(separator) : builder;
            Write(builder, nodes[i], indent);
        }
    }
}
