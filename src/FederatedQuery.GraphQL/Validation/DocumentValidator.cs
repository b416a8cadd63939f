using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation.Limits;
using FederatedQuery.GraphQL.Validation.Rules;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>Checks executable documents against a schema (spec section 5). Thread-safe.</summary>
public sealed class DocumentValidator(Schema schema, ValidationOptions? options = null)
{
    private readonly ValidationOptions _options = options ?? new ValidationOptions();

    /// <summary>All breaches, in document order per rule; empty for a valid document.</summary>
    public IReadOnlyList<GraphQLError> Validate(DocumentNode document) =>
        Suggestions.Run(_options.AllowSuggestions, (Validator: this, Document: document), static state => state.Validator.Check(state.Document));

    /// <summary>The errors of <c>__schema</c> and <c>__type</c> in the document, for those who may not ask for the schema; all else is taken as valid.</summary>
    internal IReadOnlyList<GraphQLError> FindIntrospection(DocumentNode document) =>
        Walk(document, static context => [new IntrospectionAllowedRule(context, isAllowed: false)]);

    private List<GraphQLError> Check(DocumentNode document) => Walk(document, context =>
    {
        DocumentLimits.Check(context, _options.Limits);
        return context.Errors.Count > 0 ? [] : SpecifiedRules.Create(context, _options);
    });

    private List<GraphQLError> Walk(DocumentNode document, Func<ValidationContext, ValidationRule[]> createRules)
    {
        var context = new ValidationContext(schema, document, _options.MaxErrors);
        try
        {
            var rules = createRules(context);
            if (rules.Length > 0)
            {
                new DocumentWalker(context, rules).Walk(document);
            }
        }
        catch (ValidationContext.TooManyErrorsException)
        {
            context.Errors.Add(new GraphQLError("Too many validation errors, error limit reached. Validation aborted.") { Code = ErrorCodes.Validation });
        }
        catch (InsufficientExecutionStackException)
        {
            // Fragments that spread fragments nest without brackets, so the parser's limit does not see them.
            context.Errors.Add(new GraphQLError("The document's fragments are nested too deeply.") { Code = ErrorCodes.TooDeep });
        }

        return context.Errors;
    }
}
