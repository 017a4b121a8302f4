using System.Reflection;
using AccountClosure.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.App;

/// <summary>Delays calls of a port, like a frozen process or a slow database.</summary>
public class Held<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;

    /// <summary>The first call for which this is true is held.</summary>
    public Func<string, object?[], bool> Holds { get; set; } = (_, _) => false;

    /// <summary>Whether the call has its effect and only its answer is held.</summary>
    public bool Afterwards { get; set; }

    /// <summary>The next calls for which this is true fail.</summary>
    public Func<string, object?[], bool> Fails { get; set; } = (_, _) => false;

    public TaskCompletionSource? Gate { get; private set; }

    public bool IsHeld => Gate is not null;

    public static (T Port, Held<T> Control) Around(T inner)
    {
        var port = Create<T, Held<T>>();
        var control = (Held<T>)(object)port;
        control._inner = inner;
        return (port, control);
    }

    public void Release() => Gate!.SetResult();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = targetMethod!;
        if (Fails(method.Name, args!))
            throw new IOException("The connection was broken.");
        if (Gate is not null || !Holds(method.Name, args!))
            return method.Invoke(_inner, args);
        Gate = new TaskCompletionSource();
        if (!method.ReturnType.IsGenericType)
            return Hold(async () =>
            {
                await (Task)method.Invoke(_inner, args)!;
                return true;
            });
        return typeof(Held<T>).GetMethod(nameof(HoldResult), BindingFlags.NonPublic | BindingFlags.Instance)!
            .MakeGenericMethod(method.ReturnType.GetGenericArguments()[0]).Invoke(this, [method, args]);
    }

    private Task<TResult> HoldResult<TResult>(MethodInfo method, object?[] args) => Hold(() => (Task<TResult>)method.Invoke(_inner, args)!);

    private async Task<TResult> Hold<TResult>(Func<Task<TResult>> call)
    {
        var gate = Gate!.Task;
        if (!Afterwards)
            await gate;
        var result = await call();
        if (Afterwards)
            await gate;
        return result;
    }
}

internal static class Held
{
    public static ClosureApp AppWith<TPort, TImplementation>(Action<Held<TPort>> set, SimulatorOptions? simulator = null)
        where TPort : class
        where TImplementation : class, TPort =>
        new(new ClosureAppSettings
        {
            Simulator = simulator ?? new SimulatorOptions(),
            ConfigureServices = services => services.AddSingleton(provider =>
            {
                var (port, control) = Held<TPort>.Around(ActivatorUtilities.CreateInstance<TImplementation>(provider));
                set(control);
                return port;
            }),
        });

    public static Held<TPort> HeldOf<TPort>(this ClosureApp app)
        where TPort : class =>
        (Held<TPort>)(object)app.Services.GetRequiredService<TPort>();

    public static void ReleaseAndGoOn<TPort>(this ClosureApp app)
        where TPort : class =>
        app.Await(() =>
        {
            app.HeldOf<TPort>().Release();
            return Task.FromResult(true);
        });
}
