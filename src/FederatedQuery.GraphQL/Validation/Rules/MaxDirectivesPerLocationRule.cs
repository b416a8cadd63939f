using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Bounds the directives of one place (<see cref="OperationLimits.MaxDirectivesPerLocation"/>).</summary>
internal sealed class MaxDirectivesPerLocationRule(ValidationContext context, int maxDirectives) : ValidationRule(context)
{
    public override void EnterDirectives(IReadOnlyList<DirectiveNode> nodes, string location)
    {
        if (nodes.Count > maxDirectives)
        {
            Context.Report(
                ErrorCodes.TooManyDirectives,
                $"A place on {location} has {nodes.Count} directives; at most {maxDirectives} are allowed.",
                nodes[maxDirectives]);
        }
    }
}
