namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>A unit of change: all of it becomes durable or nothing.</summary>
internal abstract class Commit
{
    /// <summary>Runs inside a transaction, possibly again in another one if that was rolled back.</summary>
    public abstract void Apply(StoreWriter writer);

    /// <summary>It is durable, and its effects have been handed over.</summary>
    public abstract void Succeeded();

    /// <summary>Nothing of it was kept.</summary>
    public abstract void Failed(Exception exception);
}

/// <summary>A change that somebody awaits.</summary>
/// <param name="apply">
/// Makes the change and answers; it refuses by an <see cref="InvalidOperationException"/>, before it has changed anything.
/// </param>
/// <param name="options">How the awaiting code continues.</param>
internal sealed class AwaitedCommit<T>(Func<StoreWriter, T> apply, TaskCreationOptions options) : Commit
{
    private readonly TaskCompletionSource<T> _completion = new(options);
    private T _result = default!;
    private InvalidOperationException? _refusal;

    public Task<T> Completion => _completion.Task;

    public override void Apply(StoreWriter writer)
    {
        _refusal = null;
        try
        {
            _result = apply(writer);
        }
        catch (InvalidOperationException refusal)
        {
            _refusal = refusal;
        }
    }

    public override void Succeeded()
    {
        if (_refusal is null)
            _completion.TrySetResult(_result);
        else
            _completion.TrySetException(_refusal);
    }

    public override void Failed(Exception exception) => _completion.TrySetException(exception);
}
