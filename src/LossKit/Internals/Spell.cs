namespace LossKit.Internals;

/// <summary>Since when something has held without a break.</summary>
internal struct Spell(long? since)
{
    public long? Since { get; private set; } = since;

    public void Update(bool holds, long step) => Since = holds ? Since ?? step : null;
}
