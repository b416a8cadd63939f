using System.Globalization;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Limits;

/// <summary>Checks a document against <see cref="OperationLimits"/>. Runs before the rules, some of which take more than linear time.</summary>
internal static class DocumentLimits
{
    /// <exception cref="InsufficientExecutionStackException">Fragments spread fragments too deeply for the thread.</exception>
    public static void Check(ValidationContext context, OperationLimits limits)
    {
        var document = context.Document;
        var operations = document.Definitions.OfType<OperationDefinitionNode>().ToArray();
        var fragments = document.Definitions.Length - operations.Length;
        if (operations.Length > limits.MaxOperations)
        {
            Report(context, ErrorCodes.TooManyOperations, "document", operations.Length, "operations", limits.MaxOperations, operations[limits.MaxOperations]);
        }

        if (fragments > limits.MaxFragments && document.Definitions.OfType<FragmentDefinitionNode>().ElementAtOrDefault(limits.MaxFragments) is { } first)
        {
            Report(context, ErrorCodes.TooManyFragments, "document", fragments, "fragments", limits.MaxFragments, first);
        }

        if (context.Errors.Count > 0)
        {
            return;
        }

        var measure = new SelectionMeasure(context.Fragments);
        foreach (var operation in operations)
        {
            Check(context, limits, operation, measure.SizeOf(operation.SelectionSet));
        }
    }

    private static void Check(ValidationContext context, OperationLimits limits, OperationDefinitionNode operation, SelectionSize size)
    {
        var owner = operation.Name is null ? "operation" : $"operation \"{operation.Name}\"";
        var directives = size.WithDirectives(operation.Directives.Length).Directives;
        if (operation.VariableDefinitions.Length > limits.MaxVariables)
        {
            Report(
                context, ErrorCodes.TooManyVariables, owner, operation.VariableDefinitions.Length, "variables", limits.MaxVariables,
                operation.VariableDefinitions[limits.MaxVariables]);
        }

        if (size.Depth > limits.MaxDepth)
        {
            context.Report(ErrorCodes.TooDeep, $"The {owner} is {Count(size.Depth)} fields deep; at most {Count(limits.MaxDepth)} are allowed.", operation);
        }

        if (size.Breadth > limits.MaxBreadth)
        {
            context.Report(
                ErrorCodes.SelectionTooBroad,
                $"A selection set of the {owner} has {Count(size.Breadth)} fields, its fragments included; at most {Count(limits.MaxBreadth)} are allowed.",
                operation);
        }

        if (size.Fields > limits.MaxFields)
        {
            Report(context, ErrorCodes.TooManyFields, owner, size.Fields, "fields, its fragments included", limits.MaxFields, operation);
        }

        if (size.Aliases > limits.MaxAliases)
        {
            Report(context, ErrorCodes.TooManyAliases, owner, size.Aliases, "aliases, its fragments included", limits.MaxAliases, operation);
        }

        if (directives > limits.MaxDirectives)
        {
            Report(context, ErrorCodes.TooManyDirectives, owner, directives, "directives, its fragments included", limits.MaxDirectives, operation);
        }
    }

    private static void Report(ValidationContext context, string code, string owner, int count, string what, int limit, SyntaxNode node) =>
        context.Report(code, $"The {owner} has {Count(count)} {what}; at most {Count(limit)} are allowed.", node);

    private static string Count(int count) => count == int.MaxValue ? "2147483647 or more" : count.ToString(CultureInfo.InvariantCulture);
}
