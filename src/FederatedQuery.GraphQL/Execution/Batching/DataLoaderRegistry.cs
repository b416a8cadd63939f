using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using FederatedQuery.GraphQL.Batching;

namespace FederatedQuery.GraphQL.Execution.Batching;

/// <summary>The data loaders of one operation: all its fields share them. Safe for concurrent use.</summary>
internal sealed class DataLoaderRegistry(BatchDispatcher dispatcher, OperationExecution execution)
{
    private static readonly ConcurrentDictionary<Type, ConstructorInfo> Constructors = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<object, IDataLoader> _dataLoaders = [];
    private readonly List<Type> _beingMade = [];

    private DataLoaderOptions Options => execution.Options.DataLoader;

    /// <summary>The one with that key, made when it is not there yet.</summary>
    /// <exception cref="InvalidOperationException">It is there, but of another type.</exception>
    public T GetOrAdd<T>(object key, Func<IBatchScheduler, DataLoaderOptions, T> create)
        where T : class, IDataLoader
    {
        lock (_lock)
        {
            if (!_dataLoaders.TryGetValue(key, out var dataLoader))
            {
                _dataLoaders.Add(key, dataLoader = create(dispatcher, Options));
            }

            return dataLoader as T ?? throw new InvalidOperationException(
                $"The data loader '{key}' is a '{dataLoader.GetType()}' in one field and a '{typeof(T)}' in another: give them different names.");
        }
    }

    /// <summary>
    /// The one of that class. Its constructor with the most parameters is given the scheduler, the options, other data loaders, and services.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot be made.</exception>
    public T Get<T>()
        where T : class, IDataLoader => (T)Get(typeof(T));

    private IDataLoader Get(Type type) => GetOrAdd(type, (_, _) => Make(type));

    private IDataLoader Make(Type type)
    {
        if (_beingMade.Contains(type))
        {
            throw new InvalidOperationException($"Data loaders need each other to be made: {string.Join(" > ", _beingMade.Append(type).Select(made => made.Name))}.");
        }

        _beingMade.Add(type);
        try
        {
            var constructor = Constructors.GetOrAdd(type, FindConstructor);
            return (IDataLoader)constructor.Invoke([.. constructor.GetParameters().Select(Provide)]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
        finally
        {
            _beingMade.RemoveAt(_beingMade.Count - 1);
        }
    }

    private object? Provide(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(IBatchScheduler))
        {
            return dispatcher;
        }

        if (type == typeof(DataLoaderOptions))
        {
            return Options;
        }

        if (type == typeof(IServiceProvider))
        {
            return execution.Request.Services;
        }

        if (type.IsClass && typeof(IDataLoader).IsAssignableFrom(type))
        {
            return Get(type);
        }

        return execution.Request.Services.GetService(type) is { } service ? service
            : parameter.HasDefaultValue ? parameter.DefaultValue
            : throw new InvalidOperationException($"Data loader '{parameter.Member.DeclaringType}' needs the service '{type}', which is not registered.");
    }

    private static ConstructorInfo FindConstructor(Type type) => type.IsAbstract
        ? throw new InvalidOperationException($"Data loader '{type}' is abstract: ask for the class, or register it with AddDataLoader.")
        : type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new InvalidOperationException($"Data loader '{type}' has no public constructor.");
}
