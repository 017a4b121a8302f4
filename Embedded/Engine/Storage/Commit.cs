namespace AccountClosure.Embedded.Engine.Storage;

/// <summary>A change that becomes durable completely or not at all.</summary>
internal abstract class Commit
{
    /// <summary>Makes the change inside a transaction. Called again in another transaction after a rollback.</summary>
    public abstract void Apply(StoreWriter writer);

    /// <summary>Called when the change is durable and the engine has its effects.</summary>
    public abstract void Succeeded();

    /// <summary>Called when the change was rolled back or never made.</summary>
    public abstract void Failed(Exception exception);
}

/// <summary>A change whose result a caller awaits.</summary>
/// <param name="apply">
/// Makes the change and returns its result. To refuse, it throws an <see cref="InvalidOperationException"/> before it changes anything.
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
