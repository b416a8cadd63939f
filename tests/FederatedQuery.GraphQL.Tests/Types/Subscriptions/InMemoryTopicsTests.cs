using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Subscriptions;

namespace FederatedQuery.GraphQL.Tests.Types.Subscriptions;

public class InMemoryTopicsTests
{
    [Fact]
    public async Task Send_SeveralListeners_GetEveryMessageInOrder()
    {
        var topics = new InMemoryTopics();
        var first = await topics.SubscribeAsync<int>("t");
        var second = await topics.SubscribeAsync<int>("t");

        await topics.SendAsync("t", 1);
        await topics.SendAsync("other", 9);
        await topics.SendAsync("t", 2);
        await topics.CompleteAsync("t");

        Assert.Equal([1, 2], await first.ToListAsync());
        Assert.Equal([1, 2], await second.ToListAsync());
        Assert.Equal(0, topics.Count);
    }

    [Fact]
    public async Task Send_ListenerDoesNotKeepUp_IsCutOffWithAnError()
    {
        var topics = new InMemoryTopics(new InMemoryTopicOptions { Capacity = 2 });
        var stream = await topics.SubscribeAsync<int>("t");
        for (var i = 0; i < 5; i++)
        {
            await topics.SendAsync("t", i);
        }

        await using var reader = stream.GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(1, reader.Current);
        var exception = await Assert.ThrowsAsync<GraphQLException>(async () => await reader.MoveNextAsync());
        Assert.Equal(ErrorCodes.SubscriberTooSlow, exception.Errors[0].Code);
        Assert.Equal(0, topics.Count);
    }

    [Fact]
    public async Task Send_ListenerMayDropOldest_KeepsTheNewest()
    {
        var topics = new InMemoryTopics(new InMemoryTopicOptions { Capacity = 2, SlowListener = SlowListener.DropOldest });
        var stream = await topics.SubscribeAsync<int>("t");
        for (var i = 0; i < 5; i++)
        {
            await topics.SendAsync("t", i);
        }

        await topics.CompleteAsync("t");

        Assert.Equal([3, 4], await stream.ToListAsync());
    }

    [Fact]
    public async Task Subscribe_CancelledBeforeReading_LeavesNothingBehind()
    {
        var topics = new InMemoryTopics();
        using var cancellation = new CancellationTokenSource();
        _ = await topics.SubscribeAsync<int>("t", cancellation.Token);
        Assert.Equal(1, topics.Count);

        await cancellation.CancelAsync();

        Assert.Equal(0, topics.Count);
    }

    [Fact]
    public async Task Subscribe_ReaderStops_LeavesNothingBehind()
    {
        var topics = new InMemoryTopics();
        var stream = await topics.SubscribeAsync<int>("t");
        await topics.SendAsync("t", 1);

        await foreach (var _ in stream)
        {
            break;
        }

        Assert.Equal(0, topics.Count);
    }

    [Fact]
    public async Task Send_AnotherMessageType_IsRefused()
    {
        var topics = new InMemoryTopics();
        _ = await topics.SubscribeAsync<int>("t");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await topics.SendAsync("t", "text"));

        Assert.Equal("Topic 't' has listeners for messages of type 'System.Int32', not 'System.String'.", exception.Message);
    }

    [Fact]
    public void Create_CapacityOfNothing_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new InMemoryTopics(new InMemoryTopicOptions { Capacity = 0 }));
}
