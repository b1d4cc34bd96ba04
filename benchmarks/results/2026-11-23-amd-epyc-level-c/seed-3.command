harden smollm2 --profile standard --seed 3
bd66493
