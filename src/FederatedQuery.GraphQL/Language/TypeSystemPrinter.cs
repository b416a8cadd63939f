using System.Collections.Immutable;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Language;

/// <summary>Prints type system definitions.</summary>
internal static class TypeSystemPrinter
{
    public static void Write(StringBuilder builder, SyntaxNode node)
    {
        switch (node)
        {
            case TypeSystemDefinitionNode definition:
                WriteDescription(builder, definition.Description, string.Empty);
                builder.Append(definition.IsExtension ? "extend " : string.Empty);
                WriteDefinition(builder, definition);
                break;
            case RootOperationTypeNode root: builder.Append(root.Operation.ToKeyword()).Append(": ").Append(root.Type.Name); break;
            case FieldDefinitionNode field:
                builder.Append(field.Name);
                WriteArguments(builder, field.Arguments);
                builder.Append(": ").Append(field.Type);
                SyntaxPrinter.WriteDirectives(builder, field.Directives, 0);
                break;
            case InputValueDefinitionNode input:
                builder.Append(input.Name).Append(": ").Append(input.Type);
                _ = input.DefaultValue is { } literal ? builder.Append(" = ").Append(literal) : builder;
                SyntaxPrinter.WriteDirectives(builder, input.Directives, 0);
                break;
            case EnumValueDefinitionNode value:
                builder.Append(value.Name);
                SyntaxPrinter.WriteDirectives(builder, value.Directives, 0);
                break;
        }
    }

    private static void WriteDefinition(StringBuilder builder, TypeSystemDefinitionNode definition)
    {
        switch (definition)
        {
            case SchemaDefinitionNode schema:
                builder.Append("schema");
                SyntaxPrinter.WriteDirectives(builder, schema.Directives, 0);
                WriteBlock(builder, schema.OperationTypes, _ => null);
                break;
            case ScalarTypeDefinitionNode scalar:
                builder.Append("scalar ").Append(scalar.Name);
                SyntaxPrinter.WriteDirectives(builder, scalar.Directives, 0);
                break;
            case ObjectTypeDefinitionNode type:
                builder.Append(type.IsInterface ? "interface " : "type ").Append(type.Name);
                _ = type.Interfaces.IsEmpty ? builder : builder.Append(" implements ").AppendJoin(" & ", type.Interfaces);
                SyntaxPrinter.WriteDirectives(builder, type.Directives, 0);
                WriteBlock(builder, type.Fields, field => field.Description);
                break;
            case UnionTypeDefinitionNode union:
                builder.Append("union ").Append(union.Name);
                SyntaxPrinter.WriteDirectives(builder, union.Directives, 0);
                _ = union.Types.IsEmpty ? builder : builder.Append(" = ").AppendJoin(" | ", union.Types);
                break;
            case EnumTypeDefinitionNode type:
                builder.Append("enum ").Append(type.Name);
                SyntaxPrinter.WriteDirectives(builder, type.Directives, 0);
                WriteBlock(builder, type.Values, value => value.Description);
                break;
            case InputObjectTypeDefinitionNode type:
                builder.Append("input ").Append(type.Name);
                SyntaxPrinter.WriteDirectives(builder, type.Directives, 0);
                WriteBlock(builder, type.Fields, field => field.Description);
                break;
            case DirectiveDefinitionNode directive:
                builder.Append("directive @").Append(directive.Name);
                WriteArguments(builder, directive.Arguments);
                builder.Append(directive.IsRepeatable ? " repeatable on " : " on ").AppendJoin(" | ", directive.Locations);
                break;
        }
    }

    private static void WriteArguments(StringBuilder builder, ImmutableArray<InputValueDefinitionNode> arguments)
    {
        if (arguments.IsEmpty)
        {
            return;
        }

        if (arguments.All(argument => argument.Description is null))
        {
            builder.Append('(').AppendJoin(", ", arguments).Append(')');
            return;
        }

        builder.Append("(\n");
        foreach (var argument in arguments)
        {
            WriteDescription(builder, argument.Description, "    ");
            builder.Append("    ").Append(argument).Append('\n');
        }

        builder.Append("  )");
    }

    private static void WriteBlock<T>(StringBuilder builder, ImmutableArray<T> items, Func<T, string?> descriptionOf)
        where T : SyntaxNode
    {
        if (items.IsEmpty)
        {
            return;
        }

        builder.Append(" {\n");
        foreach (var item in items)
        {
            WriteDescription(builder, descriptionOf(item), "  ");
            builder.Append("  ").Append(item).Append('\n');
        }

        builder.Append('}');
    }

    /// <summary>A block string where that reads the same, else a plain string.</summary>
    private static void WriteDescription(StringBuilder builder, string? description, string indent)
    {
        if (description is null)
        {
            return;
        }

        var fitsBlock = description.Contains('\n') && description == description.Trim()
            && !description.Any(c => c < ' ' && c != '\n') && !description.EndsWith('\\') && !description.EndsWith('"')
            && description.Split('\n').Skip(1).Any(line => line.Length > 0 && line[0] is not (' ' or '\t'));
        if (!fitsBlock)
        {
            builder.Append(indent).Append(SyntaxPrinter.PrintString(description)).Append('\n');
            return;
        }

        builder.Append(indent).Append("\"\"\"\n");
        foreach (var line in description.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal).Split('\n'))
        {
            builder.Append(line.Length == 0 ? string.Empty : indent).Append(line).Append('\n');
        }

        builder.Append(indent).Append("\"\"\"\n");
    }
}
