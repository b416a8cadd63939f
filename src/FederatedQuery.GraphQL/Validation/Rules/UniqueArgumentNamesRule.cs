using System.Collections.Immutable;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Spec section 5.4.2.</summary>
internal sealed class UniqueArgumentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node) => Check(node.Arguments);

    public override void EnterDirective(DirectiveNode node, string location) => Check(node.Arguments);

    private void Check(ImmutableArray<ArgumentNode> arguments)
    {
        if (!Repeats.Any(arguments.AsSpan(), static argument => argument.Name))
        {
            return;
        }

        foreach (var group in arguments.GroupBy(argument => argument.Name, StringComparer.Ordinal))
        {
            if (group.Count() > 1)
            {
                Context.Report($"There can be only one argument named \"{group.Key}\".", [.. group]);
            }
        }
    }
}
