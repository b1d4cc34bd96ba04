harden smollm2 --profile standard --seed 1
bd66493
