using System.ComponentModel;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Tests.TestSchema;

public enum Tier
{
    Postgres,
    [GraphQLDeprecated("Use POSTGRES.")]
    OldIceberg,
}

[InterfaceType]
public interface INamed
{
    string Name { get; }
}

[UnionType]
public interface ISearchResult;

public sealed record Author(int Id, string Name) : INamed, ISearchResult;

public sealed record Book(int Id, string Name, Author Author, decimal Price, DateTimeOffset? Published) : INamed, ISearchResult
{
    [GraphQLName("page_count"), GraphQLDeprecated("Use pages.")]
    public int PageCount => 12;

    public string? Fails() => throw new InvalidOperationException("secret");
}

[ExtendObjectType(typeof(Book))]
public sealed class BookExtensions
{
    public async Task<int> PagesAsync([Parent] Book book, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return book.Id * 100;
    }
}

public sealed record BookFilter(string? NameContains, [property: DefaultValue(10)] int MostPages, Tier? Tier, BookFilter[]? And);

public sealed record DefaultsInput(string Name, int? HotDays = 30, Tier? Tier = Tier.OldIceberg);

[OneOf]
public sealed record BookKey(int? Id, string? Name);

public sealed class Greeter
{
    public string Greeting => "Hello";
}

[QueryType]
public sealed class LibraryQueries
{
    public static readonly Author Ann = new(1, "Ann");
    public static readonly Book First = new(1, "One \"quoted\"", Ann, 12.50m, new DateTimeOffset(2024, 2, 15, 0, 0, 0, TimeSpan.Zero));
    public static readonly Book Second = new(2, "Two", Ann, 3m, null);

    [GraphQLDescription("Says hello.")]
    public string Hello(Greeter greeter, string name = "world") => $"{greeter.Greeting}, {name}!";

    public IReadOnlyList<Book> Books(BookFilter? filter = null) => filter?.NameContains is { } part
        ? [.. new[] { First, Second }.Where(book => book.Name.Contains(part, StringComparison.Ordinal))]
        : [First, Second];

    public Book? GetBook([ID] string id) => new[] { First, Second }.FirstOrDefault(book => book.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == id);

    public string BookKey(BookKey key) => key.ToString();

    public IEnumerable<ISearchResult> Search() => [Ann, First];

    public INamed Named() => Second;

    public string? Defaults(Tier? tier = Tier.OldIceberg, int? first = 20, DefaultsInput? input = null) => $"{tier} {first} {input}";

    public Tier Echo(Tier tier) => tier;

    public DateTimeOffset EchoTime(DateTimeOffset at) => at;

    public RawJson Raw() => new("""{"a":[1,2,{"b":null}]}"""u8.ToArray());

    public System.Text.Json.JsonElement EchoJson(System.Text.Json.JsonElement value) => value;

    public long[] Numbers(int[] of, long? plus) => [.. of.Select(item => item + (plus ?? 0))];

    public double NotANumber() => double.NaN;

    public double? MaybeNotANumber() => double.NaN;

    public string Extended(IResolverContext context)
    {
        context.SetExtension("federation", new Dictionary<string, object?> { ["rows"] = 3L });
        return "done";
    }

    public string Coded() => throw new FederatedQuery.GraphQL.Language.GraphQLException("Table 'x' is unknown.", "TABLE_UNKNOWN", new Dictionary<string, object?> { ["table"] = "x" });
}

[MutationType]
public static class LibraryMutations
{
    public static async Task<string> AppendAsync([Service] List<string> log, string text, int delays = 0)
    {
        for (var i = 0; i < delays; i++)
        {
            await Task.Yield();
        }

        log.Add(text);
        return string.Join(',', log);
    }
}

[SubscriptionType]
public static class LibrarySubscriptions
{
    public static async IAsyncEnumerable<int> CountTo(int last)
    {
        for (var i = 1; i <= last; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }
}
