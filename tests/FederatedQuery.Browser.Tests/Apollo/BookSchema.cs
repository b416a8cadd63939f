using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Browser.Tests.Apollo;

public sealed record Book(int Id, string Title);

/// <summary>The books, and the gate that holds their reviews back until a test opens it.</summary>
public sealed class BookStore
{
    private readonly ConcurrentDictionary<int, Book> _books = new([new(1, new Book(1, "One")), new(2, new Book(2, "Two"))]);

    public SemaphoreSlim Reviews { get; } = new(0);

    public IEnumerable<Book> All => _books.Values.OrderBy(book => book.Id);

    public Book Find(int id) => _books.TryGetValue(id, out var book)
        ? book
        : throw new GraphQLException($"There is no book {id}.", "BOOK_NOT_FOUND", new Dictionary<string, object?> { ["id"] = id });

    public Book Rename(int id, string title) => _books[id] = Find(id) with { Title = title };
}

[QueryType]
public sealed class BookQueries(BookStore store)
{
    public IReadOnlyList<Book> Books() => [.. store.All];

    public Book? Book(int id) => store.Find(id);
}

[MutationType]
public sealed class BookMutations(BookStore store)
{
    public Book RenameBook(int id, string title) => store.Rename(id, title);
}

[SubscriptionType]
public sealed class BookSubscriptions
{
    public static async IAsyncEnumerable<int> CountTo(int last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 1; i <= last; i++)
        {
            await Task.Delay(1, cancellationToken);
            yield return i;
        }
    }
}

[ExtendObjectType(typeof(Book))]
public sealed class BookReviews(BookStore store)
{
    public async Task<string> ReviewAsync([Parent] Book book, CancellationToken cancellationToken)
    {
        await store.Reviews.WaitAsync(cancellationToken);
        return $"Good: {book.Title}";
    }
}
